/** A journey's flow, walked without running it. */
export interface Walkable {
  readonly flow: (j: object, trigger: object) => Promise<void>;
}

/**
 * The message that a journey sends first to somebody who does nothing: its flow is walked with waits that time out at
 * once and no effect at all. Undefined where it sends none on that way.
 */
export async function firstMessage({ flow }: Walkable, trigger: object): Promise<string | undefined> {
  return new Promise((found) => {
    const never = new Promise<never>(() => {});
    let taken = 0;
    // One that goes round until somebody answers would go round for ever, and nothing else would run meanwhile.
    const bounded =
      (step: (...given: unknown[]) => unknown) =>
      (...given: unknown[]) => {
        if (++taken <= MOST_STEPS) return step(...given);
        found(undefined);
        return never;
      };
    const steps: { readonly [step: string]: (...given: unknown[]) => unknown } = {
      send: (message) => {
        found(String(message));
        return never;
      },
      grantOffer: async (name) => ({ id: '', name, expiresAt: new Date(0).toISOString() }),
      waitFor: async () => ({ ok: false, reason: 'timeout' }),
      waitForAny: async () => ({ ok: false, reason: 'timeout' }),
      until: async () => ({ ok: true }),
      profile: async () => ({ traits: {}, timezone: 'UTC', locale: 'en' }),
      experiment: async (_name, arms) => Object.keys(arms as object)[0],
      tunables: async (values) => values,
      wait: async () => {},
      outcome: async () => {},
    };
    const bound = Object.entries(steps).map(([name, step]) => [name, bounded(step)]);
    const j = { ...Object.fromEntries(bound), now: 0, trigger };
    // A flow that cannot go on with such answers sends nothing that could be foretold.
    flow(j, trigger).then(
      () => found(undefined),
      () => found(undefined),
    );
  });
}

/** Steps in which no flow that sends something at all has not got to it. */
const MOST_STEPS = 1_000;
