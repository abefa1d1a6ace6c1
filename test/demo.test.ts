import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../client/cli/program';
import type * as castModule from '../sandbox/demo/cast';
import type { DemoResult } from '../sandbox/demo/main';
import type * as projectModule from '../project/project';
import { eventually } from './support/eventually';
import { testFolder } from './support/folders';
import { workflowBundle } from './support/temporal';

const root = join(__dirname, '..');

describe('the demo', () => {
  let temporary: string;
  beforeEach(() => {
    temporary = testFolder();
  });
  afterEach(() => rmSync(temporary, { recursive: true, force: true }));

  it('plays patients and shoppers on a stack of its own, and leaves nothing behind', async () => {
    const demo = npmRunDemo(temporary, '--buyers', '2', '--json');
    const { exitCode, out } = await demo.ended;
    expect(exitCode).toBe(0);
    const result = JSON.parse(out) as DemoResult;
    expect(result).toMatchObject({ differences: [], virtualDays: 787 });
    expectNothingLeft(temporary);
  }, 240_000);

  it('ends in order when it is interrupted', async () => {
    const demo = npmRunDemo(temporary, '--buyers', '0');
    await eventually(() => demo.written.out.includes('Five patients'), { timeout: 60_000 });
    demo.child.kill('SIGTERM');
    const { exitCode, err } = await demo.ended;
    expect(exitCode).toBe(1);
    expect(err).toContain('The demo was stopped before its end.');
    expectNothingLeft(temporary);
  }, 120_000);

  it('fails, and says what differs, when something expected does not happen', async () => {
    jest.doMock('../sandbox/demo/cast', () => {
      const real = jest.requireActual<typeof castModule>('../sandbox/demo/cast');
      const expectant = {
        ...real.bruno,
        texts: [...real.bruno.texts, ['flash-reward-reminder', real.registration]],
      };
      return { ...real, cast: real.cast.map((member) => (member === real.bruno ? expectant : member)) };
    });
    jest.doMock('../project/project', () => {
      const real = jest.requireActual<typeof projectModule>('../project/project');
      return { shippedProject: () => ({ ...real.shippedProject(), workflowBundle: workflowBundle() }) };
    });
    let [out, err] = ['', ''];
    const exitCode = await runCli(['demo', '--buyers', '0'], {
      out: { write: (text) => (out += text) },
      err: { write: (text) => (err += text) },
      env: {},
    });
    expect(out).toMatch(/✗ Bruno should have got flash-reward-reminder at \S+: it was nothing/);
    expect(out.match(/^✗/gm)).toHaveLength(1);
    expect(err).toContain('The demo missed something that it expected.');
    expect(exitCode).toBe(1);
  }, 120_000);
});

/** What it writes, as it comes, and what it ended with. */
function npmRunDemo(temporary: string, ...options: string[]) {
  const env = { ...process.env, TMPDIR: temporary, FORCE_COLOR: '0' };
  const child = spawn('npm', ['run', '--silent', 'demo', '--', ...options], { cwd: root, env });
  const written = { out: '', err: '' };
  child.stdout.on('data', (text: Buffer) => (written.out += text));
  child.stderr.on('data', (text: Buffer) => (written.err += text));
  return { child, written, ended: end(child, written) };
}

async function end(child: ChildProcessWithoutNullStreams, written: { out: string; err: string }) {
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, ...written };
}

function expectNothingLeft(temporary: string): void {
  expect(readdirSync(temporary).filter((name) => name.startsWith('jornada-'))).toEqual([]);
  expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain(temporary);
}
