import type { Queryable } from '../../store/database';

export const presenceChannel = 'jornada_dispatchers';

/**
 * Who else dispatches, by what they say on a channel: no table to keep clean, and one that fell silent for a
 * lease is taken for dead. Being wrong for a moment only makes a share too small or too large.
 */
export class Presence {
  private readonly heard = new Map<string, number>();
  private heardSelf = performance.now();

  constructor(
    private readonly owner: string,
    private readonly leaseMs: number,
  ) {}

  /** Answers whether it changes anybody's share. */
  hear(message: string): boolean {
    const [word, who] = message.split(' ');
    if (word === undefined || who === undefined) return false;
    if (who === this.owner) {
      this.heardSelf = performance.now();
      return false;
    }
    switch (word) {
      case 'here': {
        const isNew = !this.heard.has(who);
        this.heard.set(who, performance.now());
        return isNew;
      }
      case 'gone':
        return this.heard.delete(who);
      case 'released':
        return true;
      default:
        return false;
    }
  }

  others(): number {
    const oldest = performance.now() - this.leaseMs;
    for (const [who, at] of this.heard) if (at < oldest) this.heard.delete(who);
    return this.heard.size;
  }

  /** Our own words do not come back: the connection we listen on is dead without saying so. */
  isDeaf(): boolean {
    return performance.now() - this.heardSelf > 3 * this.leaseMs;
  }

  async say(db: Queryable, word: 'here' | 'gone' | 'released'): Promise<void> {
    await db.query('select pg_notify($1, $2)', [presenceChannel, `${word} ${this.owner}`]);
  }
}
