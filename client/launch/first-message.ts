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
    };
    const j = { ...steps, wait: async () => {}, outcome: async () => {}, now: 0, trigger };
    // A flow that cannot go on with such answers sends nothing that could be foretold.
    flow(j, trigger).then(
      () => found(undefined),
      () => found(undefined),
    );
  });
}
