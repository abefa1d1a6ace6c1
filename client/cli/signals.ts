export interface StopSignals {
  /** Resolves at the first SIGINT or SIGTERM. */
  readonly asked: Promise<NodeJS.Signals>;
  /** Runs `stop`, and leaves without it should it hang: SIGTERM ends everything within 30 seconds. */
  stopWithin(stop: () => Promise<void>): Promise<void>;
}

/**
 * Begins to listen at once, so that a signal while things start is not lost. A second signal ends the process; one that
 * comes with the first is the same press of Ctrl-C, which npm hands on to us beside the terminal.
 */
export function listenForSignals(say: (line: string) => void): StopSignals {
  const asked = new Promise<NodeJS.Signals>((resolve) => {
    const first = (signal: NodeJS.Signals) => {
      const since = performance.now();
      const again = () => {
        if (performance.now() - since > SAME_PRESS) process.exit(130);
      };
      for (const name of names) {
        process.off(name, first);
        process.on(name, again);
      }
      say(`Stopping (${signal}); once more to leave at once.`);
      resolve(signal);
    };
    for (const name of names) process.once(name, first);
  });
  return {
    asked,
    async stopWithin(stop) {
      const watchdog = setTimeout(() => {
        say('Not everything ended by itself; the next start takes care of what is left.');
        process.exit(1);
      }, LONGEST_STOP);
      try {
        await stop();
      } finally {
        clearTimeout(watchdog);
      }
    },
  };
}

const names = ['SIGINT', 'SIGTERM'] as const;
const SAME_PRESS = 500;
const LONGEST_STOP = 28_000;
