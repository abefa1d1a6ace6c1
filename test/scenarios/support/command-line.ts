import type { Project } from '../../../project/project';
import type { TestWorld } from './world';

export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** `npx jornada …` on the record of a world, in the folder of the project that `here` answers. Once a test file. */
export function commandLine({ stack }: Pick<TestWorld, 'stack'>, here: () => Project) {
  jest.doMock('../../../client/cli/current-project', () => ({
    ...jest.requireActual<object>('../../../client/cli/current-project'),
    currentProject: async () => here(),
  }));
  return async (...args: string[]): Promise<Ran> => {
    const { runCli } = await import('../../../client/cli/program.js');
    const written = { out: '', err: '' };
    const exitCode = await runCli(args, {
      out: { write: (text) => (written.out += text) },
      err: { write: (text) => (written.err += text) },
      env: { DATABASE_URL: stack.databaseUrl },
    });
    return { exitCode, ...written };
  };
}
