import type { JourneyPolicy } from '../../catalog/policy';
import type { Database } from '../../store/database';
import { countHeldSends } from '../../store/held-sends';
import { ALL_SENDING, type Hold, holdsInForce } from '../../store/holds';
import { countJourneys, type JourneyCounts } from '../../store/journey-counts';
import { type HoldItem, holdItem } from '../operations/switches';
import { readNameCursor, writeNameCursor } from './cursor';
import { customerId, type ReadContext } from './customer';
import { pageOf } from './page';
import { errorAnswer, journeysAnswer } from './answers';
import { journeysQuery } from './queries';
import type { ZodApp } from './zod-http';

export interface JourneyDefinition {
  readonly id: string;
  readonly policy: JourneyPolicy;
}

export interface JourneyItem extends JourneyCounts {
  /** Absent for a version that is no longer in the code. */
  readonly purpose?: string;
  readonly state: 'running' | 'paused' | 'stopped';
  /** Who holds it, since when and why, while it does not run. */
  readonly held?: HoldItem;
  /** Sends of the journey, of all its versions, that wait to be let go. */
  readonly waitingSends: number;
  readonly open: number;
  readonly ended: number;
}

export interface JourneyOverview {
  readonly sending: { readonly state: 'on' | 'halted'; readonly held?: HoldItem };
  readonly items: readonly JourneyItem[];
}

/** The journeys, whether they run, how their enrollments stand and what came of them. */
export function journeyRoutes(
  app: ZodApp,
  deps: ReadContext & { readonly db: Database; readonly journeys: readonly JourneyDefinition[] },
): void {
  app.get(
    '/journeys',
    {
      schema: {
        querystring: journeysQuery,
        response: { 200: journeysAnswer, 400: errorAnswer, 404: errorAnswer },
      },
    },
    async ({ query: { journey, status, customer, after, limit } }) => {
      const place = readNameCursor(after);
      const profileId = customer === undefined ? undefined : await customerId(deps, customer);
      const { sending, items } = await journeyOverview(deps, { journey, profileId });
      const rows = items.filter(
        (item) =>
          (journey === undefined || item.journey === journey) &&
          (status === undefined || item.state === status || countOf(item, status) > 0) &&
          (place === undefined || inOrder(place, item) < 0),
      );
      const page = pageOf(
        rows,
        limit,
        (item) => item,
        (item) => writeNameCursor(item.journey, item.version),
      );
      return { sending, ...page };
    },
  );
}

export async function journeyOverview(
  { db, journeys }: { readonly db: Database; readonly journeys: readonly JourneyDefinition[] },
  filter: Parameters<typeof countJourneys>[1],
): Promise<JourneyOverview> {
  const [counts, holds, waiting] = await Promise.all([
    countJourneys(db, filter),
    holdsInForce(db),
    countHeldSends(db),
  ]);
  const halted = holds.find((hold) => hold.journey === ALL_SENDING);
  return {
    sending: halted ? { state: 'halted', held: holdItem(halted) } : { state: 'on' },
    items: journeyItems(journeys, { counts, holds, waiting }),
  };
}

interface OnRecord {
  readonly counts: readonly JourneyCounts[];
  readonly holds: readonly Hold[];
  /** Sends that wait, by journey. */
  readonly waiting: ReadonlyMap<string, number>;
}

/** One item a journey and version: those of the code and those of the record, by name. */
function journeyItems(
  journeys: readonly JourneyDefinition[],
  { counts, holds, waiting }: OnRecord,
): JourneyItem[] {
  const itemOf = (one: JourneyCounts): JourneyItem => {
    const { open = 0, ...endings } = one.statuses;
    const hold = holds.find(({ journey }) => journey === one.journey);
    return {
      ...one,
      ...(hold ? { state: stateOf(hold), held: holdItem(hold) } : { state: 'running' }),
      waitingSends: waiting.get(one.journey) ?? 0,
      open,
      ended: Object.values(endings).reduce((sum, n) => sum + n, 0),
    };
  };
  const known = new Map(counts.map((one) => [`${one.journey} ${one.version}`, itemOf(one)]));
  for (const { id, policy } of journeys) {
    const { version, purpose } = policy;
    const key = `${id} ${version}`;
    const item = known.get(key) ?? itemOf({ journey: id, version, statuses: {}, outcomes: {} });
    known.set(key, { ...item, purpose });
  }
  return [...known.values()].sort(inOrder);
}

function inOrder(a: JourneyVersion, b: JourneyVersion): number {
  return a.journey.localeCompare(b.journey) || a.version - b.version;
}

type JourneyVersion = Pick<JourneyItem, 'journey' | 'version'>;

function countOf({ statuses }: JourneyItem, status: string): number {
  return statuses[status === 'entered' ? 'open' : status] ?? 0;
}

function stateOf({ kind }: Hold): 'paused' | 'stopped' {
  return kind === 'stopped' ? 'stopped' : 'paused';
}
