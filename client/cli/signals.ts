export interface StopSignals {
  /** Resolves at the first SIGINT or SIGTERM. */
  readonly asked: Promise<NodeJS.Signals>;
  /** Runs `stop`, and leaves without it should it hang: SIGTERM ends everything within 30 seconds. */
  stopWithin(stop: () => Promise<void>): Promise<void>;
}

/** Begins to listen at once, so that a signal while things start is not lost. A second signal ends the process. */
export function listenForSignals(say: (line: string) => void): StopSignals {
  const asked = new Promise<NodeJS.Signals>((resolve) => {
    const first = (signal: NodeJS.Signals) => {
      for (const name of names) {
        process.off(name, first);
        process.once(name, () => process.exit(130));
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
const LONGEST_STOP = 28_000;
