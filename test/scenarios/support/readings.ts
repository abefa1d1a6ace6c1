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
  const at = (item: TimelineItem, ...fields: string[]) => `${words(item, ...fields)} @ ${second(item.at)}`;
  return {
    history,
    async sent(reference) {
      const sends = await history(reference, 'send');
      return sends.filter((send) => send['status'] === 'sent').map((send) => at(send, 'message'));
    },
    async runs(reference, journey) {
      const changes = (await history(reference, 'enrollment')).filter(of(journey));
      return changes.map((change) => at(change, 'journey', 'status', 'reason'));
    },
    async outcomes(reference, journey) {
      const outcomes = (await history(reference, 'outcome')).filter(of(journey));
      return outcomes.map((outcome) => at(outcome, 'outcome'));
    },
    async held(reference) {
      const decisions = await history(reference, 'decision');
      return decisions
        .filter((decision) => decision['verdict'] !== 'send')
        .map((decision) => words(decision, 'message', 'reason'));
    },
  };
}

/** The fields of an item that are text, in this order. */
export function words(item: TimelineItem, ...fields: string[]): string {
  return fields
    .map((field) => item[field])
    .filter((value) => typeof value === 'string')
    .join(' ');
}

/** `2027-02-02T15:00:00Z` */
export const second = (at: string) => `${at.slice(0, 19)}Z`;
