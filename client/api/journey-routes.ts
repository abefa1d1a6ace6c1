import type { JourneyPolicy } from '../../catalog/policy';
import { countJourneys, type JourneyCounts } from '../../store/journey-counts';
import { customerId, type ReadContext } from './customer';
import { errorAnswer, journeysAnswer, listQuery } from './schemas';
import type { ZodApp } from './zod-http';

export interface JourneyDefinition {
  readonly id: string;
  readonly policy: Pick<JourneyPolicy, 'version' | 'purpose'>;
}

export interface JourneyItem extends JourneyCounts {
  /** Absent for a version that is no longer in the code. */
  readonly purpose?: string;
  readonly open: number;
  readonly ended: number;
}

/** The journeys, how their enrollments stand and what came of them. */
export function journeyRoutes(
  app: ZodApp,
  deps: ReadContext & { readonly journeys: readonly JourneyDefinition[] },
): void {
  app.get(
    '/journeys',
    { schema: { querystring: listQuery, response: { 200: journeysAnswer, 404: errorAnswer } } },
    async ({ query: { journey, status, customer } }) => {
      const profileId = customer === undefined ? undefined : await customerId(deps, customer);
      const items = journeyItems(deps.journeys, await countJourneys(deps.db, { journey, profileId }));
      const stored = status === 'entered' ? 'open' : status;
      return {
        items: items.filter(
          (item) =>
            (journey === undefined || item.journey === journey) &&
            (stored === undefined || (item.statuses[stored] ?? 0) > 0),
        ),
      };
    },
  );
}

/** One item a journey and version: those of the code and those of the record, by name. */
export function journeyItems(
  journeys: readonly JourneyDefinition[],
  counts: readonly JourneyCounts[],
): JourneyItem[] {
  const known = new Map(counts.map((one) => [`${one.journey} ${one.version}`, itemOf(one)]));
  for (const { id, policy } of journeys) {
    const { version, purpose } = policy;
    const key = `${id} ${version}`;
    const item = known.get(key) ?? itemOf({ journey: id, version, statuses: {}, outcomes: {} });
    known.set(key, { ...item, purpose });
  }
  return [...known.values()].sort((a, b) => a.journey.localeCompare(b.journey) || a.version - b.version);
}

function itemOf(counts: JourneyCounts): JourneyItem {
  const { open = 0, ...endings } = counts.statuses;
  return { ...counts, open, ended: Object.values(endings).reduce((sum, n) => sum + n, 0) };
}
