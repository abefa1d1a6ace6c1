import type { AcceptedEvent, AppliedEvent, JsonObject } from '../../ingest';
import type { Queryable } from '../../store/database';
import { type Quarantined, type QuarantineViolation, quarantinedEvent } from '../../store/quarantine';
import { enabledSources } from '../../store/sources';
import { type JudgeOptions, judgeEvent } from './judge-event';
import { isObject, storable } from './parse-call';

export type Replay =
  | { readonly status: 'replayed' }
  /** It took effect before, or was dropped while this ran. */
  | { readonly status: 'already_replayed' }
  | { readonly status: 'not_found' }
  /** It is still wrong, and stays where it is. */
  | { readonly status: 'invalid'; readonly violations: readonly QuarantineViolation[] };

export interface ReplayOptions {
  readonly db: Queryable;
  /** Applies events in their order, in one transaction. */
  readonly apply: (events: readonly AcceptedEvent[]) => Promise<readonly AppliedEvent[]>;
  readonly judge: JudgeOptions;
}

/**
 * Judges a quarantined event again, with `properties` laid over its own (its traits, where it carries those), and
 * lets it take effect once. Its message id and timestamp stay, its age counts to now.
 */
export async function replayQuarantined(
  messageId: string,
  properties: JsonObject | undefined,
  options: ReplayOptions,
): Promise<Replay> {
  const row = await quarantinedEvent(options.db, messageId);
  if (!row) return { status: 'not_found' };
  if (row.replayed) return { status: 'already_replayed' };
  const sources = await enabledSources(options.db);
  const storeUnplanned = sources.find(({ name }) => name === row.source)?.storeUnplanned ?? false;
  const judgement = judgeEvent(
    corrected(row, properties),
    { source: { name: row.source, storeUnplanned }, sentAt: row.sentAt?.toISOString() },
    options.judge,
  );
  switch (judgement.verdict) {
    case 'refused':
      return invalid([{ path: '', code: judgement.code, message: judgement.message }]);
    case 'quarantined':
      return invalid(judgement.row.violations);
    case 'accepted': {
      const event = { ...judgement.event, messageId, replayed: { receivedAt: row.receivedAt } };
      const [applied] = await options.apply([event]);
      if (applied?.outcome === 'refused') {
        return invalid([{ path: '', code: applied.reason, message: 'the event identifies no customer' }]);
      }
      return { status: applied?.outcome === 'applied' ? 'replayed' : 'already_replayed' };
    }
  }
}

function invalid(violations: readonly QuarantineViolation[]): Replay {
  return { status: 'invalid', violations };
}

function corrected({ event, messageId }: Quarantined, properties: JsonObject | undefined): unknown {
  if (!isObject(event)) return event;
  const carrier = event.type === 'identify' || event.type === 'group' ? 'traits' : 'properties';
  const own = event[carrier];
  return {
    ...event,
    // One that could not be used has been replaced.
    messageId,
    ...(properties && {
      [carrier]: { ...(isObject(own) ? own : {}), ...(storable(properties) as JsonObject) },
    }),
  };
}
