import type { TimelineItem, World } from '../../../sandbox/demo/world';

/** What became of customers, read from their timelines. */
export interface Readings {
  /** Items of a customer's timeline, of these kinds; of all when none is named. */
  history(reference: string, ...kinds: string[]): Promise<TimelineItem[]>;
  /** `message @ instant` of each text that was handed over, instants to the second. */
  sent(reference: string): Promise<string[]>;
  /** `journey status reason @ instant` of each change of an enrollment. */
  runs(reference: string, journey?: string): Promise<string[]>;
  /** `outcome @ instant` of each outcome of a run. */
  outcomes(reference: string, journey?: string): Promise<string[]>;
  /** `message reason` of each refused or deferred send. */
  held(reference: string): Promise<string[]>;
}

export function readingsOf({ timeline }: Pick<World, 'timeline'>): Readings {
  const history: Readings['history'] = async (reference, ...kinds) =>
    (await timeline(reference)).filter(({ kind }) => kinds.length === 0 || kinds.includes(kind));
  const of = (journey?: string) => (item: TimelineItem) => !journey || item['journey'] === journey;
  return {
    history,
    async sent(reference) {
      const sends = await history(reference, 'send');
      return sends.filter((s) => s['status'] === 'sent').map((s) => `${s['message']} @ ${second(s.at)}`);
    },
    async runs(reference, journey) {
      const changes = (await history(reference, 'enrollment')).filter(of(journey));
      return changes.map(
        (c) => `${c['journey']} ${c['status']}${c['reason'] ? ` ${c['reason']}` : ''} @ ${second(c.at)}`,
      );
    },
    async outcomes(reference, journey) {
      const outcomes = (await history(reference, 'outcome')).filter(of(journey));
      return outcomes.map((o) => `${o['outcome']} @ ${second(o.at)}`);
    },
    async held(reference) {
      const decisions = await history(reference, 'decision');
      return decisions.filter((d) => d['verdict'] !== 'send').map((d) => `${d['message']} ${d['reason']}`);
    },
  };
}

/** `2027-02-02T15:00:00Z` */
export const second = (at: string) => `${at.slice(0, 19)}Z`;
