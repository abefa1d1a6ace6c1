/** What holds sends back, as operators do it: a journey that is paused or stopped, or all sending that is halted. */
export class Holds {
  private readonly all: Hold[] = [];
  /** What goes on when its journey is held no longer, in the order in which it was held. */
  private readonly waiting = new Map<string, Waiting>();

  /** Journeys that take no entries. */
  get paused(): ReadonlySet<string> {
    return new Set(this.inForce.flatMap(({ journey }) => (journey === ALL_SENDING ? [] : [journey])));
  }

  find(journey: string): Hold | undefined {
    return this.inForce.find((hold) => hold.journey === journey);
  }

  begin(hold: Pick<Hold, 'journey' | 'kind' | 'since'>): void {
    if (!this.find(hold.journey)) this.all.push({ ...hold, liftedAt: undefined });
  }

  lift(journey: string, at: Date): void {
    const hold = this.find(journey);
    if (hold) hold.liftedAt = at;
  }

  /** What keeps a journey's sends back now. */
  heldBy(journey: string): 'paused' | 'halted' | null {
    if (this.find(ALL_SENDING)) return 'halted';
    return this.find(journey) ? 'paused' : null;
  }

  /** Milliseconds for which a journey's sends have been held back since an instant. */
  heldMs(journey: string, since: Date, now: Date): number {
    return this.all
      .filter((hold) => hold.journey === journey || hold.journey === ALL_SENDING)
      .map((hold) => (hold.liftedAt ?? now).getTime() - Math.max(hold.since.getTime(), since.getTime()))
      .reduce((sum, ms) => sum + Math.max(0, ms), 0);
  }

  /** Has something go on when the journey is held no longer; what waits already keeps its place. */
  wait(key: string, waiting: Waiting): void {
    this.waiting.set(key, waiting);
  }

  /** Lets go on what is held no longer. */
  async release(): Promise<void> {
    for (const [key, { journey, goOn }] of this.waiting) {
      if (this.heldBy(journey) !== null) continue;
      this.waiting.delete(key);
      await goOn();
    }
  }

  private get inForce(): Hold[] {
    return this.all.filter(({ liftedAt }) => liftedAt === undefined);
  }
}

/** The name under which all sending is held. */
export const ALL_SENDING = '';

interface Hold {
  readonly journey: string;
  readonly kind: 'paused' | 'stopped' | 'halted';
  readonly since: Date;
  liftedAt: Date | undefined;
}

interface Waiting {
  readonly journey: string;
  readonly goOn: () => Promise<void>;
}
