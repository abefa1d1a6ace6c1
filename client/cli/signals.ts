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
    let since: number | undefined;
    // Never taken off: without a listener, even for the time it takes to put on another, a signal kills.
    const listener = (signal: NodeJS.Signals) => {
      if (since === undefined) {
        since = performance.now();
        say(`Stopping (${signal}); once more to leave at once.`);
        resolve(signal);
      } else if (performance.now() - since > SAME_PRESS) process.exit(130);
    };
    for (const name of names) process.on(name, listener);
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
