import type { Run } from '../ingest/customer';
import type { Stock } from '../ingest/stock';
import type { Enrolled, VirtualRecord } from './record';

/** Unique codes by offer; of an offer that is not mentioned there are as many as are asked for. */
export interface ScriptedCodes {
  readonly [offer: string]: readonly string[];
}

/** The pools of a world in memory. */
export class VirtualCodes implements Stock {
  private readonly pools: ReadonlyMap<string, string[]>;
  private readonly returned = new Set<Run>();
  private made = 0;

  constructor(
    private readonly record: VirtualRecord,
    scripted: ScriptedCodes,
  ) {
    this.pools = new Map(Object.entries(scripted).map(([offer, codes]) => [offer, [...codes]]));
  }

  take(offer: string): string | undefined {
    const pool = this.pools.get(offer);
    if (!pool) return `CODE-${String(++this.made).padStart(4, '0')}`;
    if (pool.length === 0) pool.push(...this.comingBack(offer));
    return pool.shift();
  }

  /** Codes of runs that are over, and have not sent theirs. */
  private comingBack(offer: string): string[] {
    return [...this.record.enrollments.values()].flatMap((enrolled) => {
      const { run } = enrolled;
      if (run.code?.offer !== offer || run.status === 'open' || this.returned.has(run)) return [];
      if (mayBeOut(enrolled, run.code.code)) return [];
      this.returned.add(run);
      return [run.code.code];
    });
  }
}

/** Whether a message of the run with this code in it has gone out, or may have. */
export function mayBeOut({ ledger }: Enrolled, code: string): boolean {
  return [...ledger.values()].some(({ body, row: { status, providerSid, errorCode } }) => {
    const refused = status === 'failed' && providerSid === null && errorCode !== 'unresolved';
    return body.includes(code) && status !== 'reserved' && !refused;
  });
}
