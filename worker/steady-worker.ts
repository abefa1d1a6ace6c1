import { Worker, type WorkerOptions } from '@temporalio/worker';
import type { Logger } from '../config/logger';
import { Backoff } from './backoff';

export interface SteadyWorker {
  /** Throws while the worker is not running. */
  check(): void;
  /** Lets what runs come to its end, at most for the grace times of the options. */
  stop(): Promise<void>;
}

/** A Temporal worker that is made anew when the SDK gives it up. Rejects when the first one cannot be made. */
export async function steadyWorker(options: WorkerOptions, log: Logger): Promise<SteadyWorker> {
  const backoff = new Backoff(500, 30_000);
  let stopping = false;
  let worker = await Worker.create(options);
  const done = run();

  async function run(): Promise<void> {
    for (let failures = 0; !stopping; ) {
      try {
        await worker.run();
        if (stopping) return;
      } catch (error) {
        log.error({ err: error, taskQueue: options.taskQueue }, 'the worker failed; making another');
      }
      // One cannot be run twice.
      for (;;) {
        if (!(await backoff.pause(failures++))) return;
        try {
          worker = await Worker.create(options);
          break;
        } catch (error) {
          log.error({ err: error, taskQueue: options.taskQueue }, 'no worker could be made; trying again');
        }
      }
    }
  }

  return {
    check: () => {
      if (worker.getState() !== 'RUNNING') throw new Error(`The worker is ${worker.getState()}`);
    },
    stop: async () => {
      stopping = true;
      backoff.stop();
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await done;
    },
  };
}
