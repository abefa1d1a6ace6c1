import type { Logger } from '../config/logger';

export interface Repeated {
  /** Ends after the work under way. */
  stop(): Promise<void>;
}

export interface RepeatOptions {
  /** For the log. */
  readonly name: string;
  /** Milliseconds from the end of one turn to the next. */
  readonly everyMs: number;
  /** Answers whether there is more to do at once. */
  readonly work: () => Promise<boolean>;
  readonly log: Logger;
}

/** Does the work again and again, one turn at a time. A turn that fails is logged and the next one tries again. */
export function repeat({ name, everyMs, work, log }: RepeatOptions): Repeated {
  let stopped = false;
  let wake = () => {};
  const done = (async () => {
    let failing = false;
    while (!stopped) {
      let more = false;
      try {
        more = await work();
        failing = false;
      } catch (error) {
        if (!failing) log.warn({ err: error, name }, 'work that repeats failed; trying again');
        failing = true;
      }
      if (!more && !stopped) await pause();
    }
  })();

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, everyMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  return {
    stop: async () => {
      stopped = true;
      wake();
      await done;
    },
  };
}
