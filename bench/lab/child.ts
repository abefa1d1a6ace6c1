import { fork } from 'node:child_process';
import { once } from 'node:events';

/** A process of a side that is measured, so that it shares no event loop with who measures it. */
export interface Child {
  readonly pid: number;
  /** Has it do something that it `serves`; answers what that came to. */
  ask<Answer>(what: string, given?: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

interface Answered {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: string;
}

export function startChild(file: string, env: NodeJS.ProcessEnv = {}): Child {
  const child = fork(file, [], { env: { ...process.env, ...env }, execArgv: ['--expose-gc'] });
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  let asked = 0;
  child.on('message', ({ id, answer, error }: Answered) => {
    const who = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) who?.resolve(answer);
    else who?.reject(new Error(error));
  });
  const exited = once(child, 'exit').then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} ended`));
  });
  const ask = <Answer>(what: string, given?: unknown) =>
    new Promise<Answer>((resolve, reject) => {
      const id = asked++;
      waiting.set(id, { resolve: (answer) => resolve(answer as Answer), reject });
      child.send({ id, what, given });
    });
  return {
    pid: child.pid ?? 0,
    ask,
    stop: async () => {
      if (child.exitCode === null) child.send({ what: 'stop' });
      await exited;
    },
  };
}

export type Handlers = { readonly [what: string]: (given: never) => unknown };

/** The child's end: answers what it is asked, one call at a time or many, until it is told to stop. */
export function serve(handlers: Handlers, stop: () => Promise<void>): void {
  process.on('message', ({ id, what, given }: { id: number; what: string; given: unknown }) => {
    if (what === 'stop') {
      void stop().finally(() => process.exit(0));
      return;
    }
    const handler = handlers[what];
    Promise.resolve()
      .then(() => handler?.(given as never))
      .then(
        (answer) => process.send?.({ id, answer }),
        (error: unknown) =>
          process.send?.({ id, error: error instanceof Error ? error.stack : String(error) }),
      );
  });
  process.on('disconnect', () => process.exit(1));
}
