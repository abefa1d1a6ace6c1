import type { Queryable } from './database';
import { type LedgerRow, ledgerColumns } from './sends';

/** What a send is decided by, as it stands now: read it after the customer's lock. */
export interface SendFacts {
  readonly now: Date;
  readonly profileId: string;
  readonly erased: boolean;
  /** As it was last moved. */
  readonly stage: 'new' | 'active' | 'inactive' | 'reactivated' | null;
  readonly stageDueAt: Date | null;
  readonly lastActivityAt: Date | null;
  readonly contextTimezone: string | null;
  /** Traits, as they came. */
  readonly timezone: unknown;
  readonly locale: unknown;
  readonly region: unknown;
  readonly firstName: unknown;
  /** E.164 */
  readonly phone: string | null;
  readonly journey: string;
  readonly version: number;
  readonly enrollmentStatus: string;
  readonly enrollmentReason: string | null;
  /** What keeps the journey's sends back; null when nothing does. */
  readonly heldBy: 'paused' | 'halted' | null;
  /** Those of the phone. */
  readonly subscriptions: readonly StoredSubscription[];
  readonly suppressions: readonly StoredSuppression[];
  /** The step's row of the ledger, if it has one. */
  readonly send: LedgerRow | undefined;
  /** While the step waits for its turn in a sender's queue: when that is. */
  readonly pacedUntil: Date | null;
  /** The lock in force. */
  readonly lock: StoredLock | null;
  /** Runs of other journeys with a lock that are due and have not shown yet whether they ask. */
  readonly rivals: readonly { readonly journey: string; readonly version: number }[];
  /** Of the journey's holdout and the one over all journeys. */
  readonly assigned: readonly {
    readonly experiment: string;
    readonly arm: string;
    readonly bucket: number;
  }[];
  /** What counts toward caps, but for the step's own row. */
  readonly recent: readonly { readonly purpose: 'moment' | 'marketing'; readonly at: Date }[];
}

export interface StoredLock {
  readonly journey: string;
  readonly priority: number;
  readonly since: Date;
  readonly until: Date;
}

export interface StoredSubscription {
  readonly channel: string;
  readonly key: string;
  readonly topic: string;
  readonly status: 'subscribed' | 'unsubscribed' | 'none';
  readonly source: string;
  readonly at: Date;
}

export interface StoredSuppression {
  readonly channel: string;
  readonly address: string;
  readonly kind: 'stop' | 'unreachable';
  readonly source: string;
  readonly at: Date;
}

export interface FactsNeeded {
  readonly enrollmentId: string;
  readonly step: string;
  readonly occurrence: number;
  /** How far back caps count, in milliseconds. */
  readonly countedMs: number;
}

/** Undefined when there is no such enrollment. */
export async function loadSendFacts(tx: Queryable, needed: FactsNeeded): Promise<SendFacts | undefined> {
  const { rows } = await tx.query<FactsRow>({
    name: 'send-facts',
    text: factsQuery,
    values: [needed.enrollmentId, needed.step, needed.occurrence, needed.countedMs],
  });
  const [row] = rows;
  if (!row) return undefined;
  return {
    ...row,
    subscriptions: row.subscriptions.map(withDate),
    suppressions: row.suppressions.map(withDate),
    lock: row.lock && { ...row.lock, since: new Date(row.lock.since), until: new Date(row.lock.until) },
    recent: row.recent.map(withDate),
    send: row.sendId === null ? undefined : row,
  };
}

type FactsRow = Omit<SendFacts, 'send' | 'subscriptions' | 'suppressions' | 'lock' | 'recent'> &
  LedgerRow & {
    readonly lock: (Omit<StoredLock, 'since' | 'until'> & { since: string; until: string }) | null;
    readonly recent: readonly InJson<SendFacts['recent'][number]>[];
    readonly subscriptions: readonly InJson<StoredSubscription>[];
    readonly suppressions: readonly InJson<StoredSuppression>[];
  };

type InJson<T> = Omit<T, 'at'> & { readonly at: string };

function withDate<T extends { readonly at: string }>(record: T): Omit<T, 'at'> & { at: Date } {
  return { ...record, at: new Date(record.at) };
}

const factsQuery = `
  select clock.now, p.profile_id as "profileId", p.erased_at is not null as erased, p.stage,
    p.stage_due_at as "stageDueAt", p.last_activity_at as "lastActivityAt",
    p.context_timezone as "contextTimezone", p.traits -> 'timezone' as timezone, p.traits -> 'locale' as locale,
    p.traits -> 'region' as region, p.traits -> 'firstName' as "firstName", phone.value as phone,
    e.journey, e.version, e.status as "enrollmentStatus", e.reason as "enrollmentReason",
    (select case min(h.journey) when '' then 'halted' else 'paused' end from holds h
     where h.lifted_at is null and h.journey in ('', e.journey) having count(*) > 0) as "heldBy",
    coalesce((
      select json_agg(json_build_object('channel', b.channel, 'key', b.key, 'topic', b.topic, 'status', b.status,
        'source', b.source, 'at', b.at))
      from subscriptions b where b.profile_id = p.profile_id and b.channel = 'sms' and b.key = phone.value
    ), '[]') as subscriptions,
    coalesce((
      select json_agg(json_build_object('channel', x.channel, 'address', x.address, 'kind', x.kind,
        'source', x.source, 'at', x.at))
      from suppressions x where x.channel = 'sms' and x.address = phone.value
    ), '[]') as suppressions,
    case when e.paced_step = $2 || '/' || $3::int then e.held_until end as "pacedUntil",
    (
      select json_build_object('journey', l.journey, 'priority', l.priority, 'since', lower(l.held),
        'until', upper(l.held))
      from locks l where l.profile_id = p.profile_id and l.held @> clock.now and l.overruled_at is null
    ) as lock,
    coalesce((
      select json_agg(json_build_object('journey', r.journey, 'version', r.version))
      from enrollments r
      -- Who is a minute late has missed its instant.
      where r.profile_id = p.profile_id and r.status = 'open' and r.journey <> e.journey
        and r.due_at <= clock.now and r.due_at > clock.now - interval '60 seconds'
    ), '[]') as rivals,
    coalesce((
      select json_agg(json_build_object('experiment', a.experiment, 'arm', a.arm, 'bucket', a.bucket))
      from experiment_assignments a where a.profile_id = p.profile_id and a.experiment in ('*', e.journey)
    ), '[]') as assigned,
    coalesce((
      select json_agg(json_build_object('purpose', c.purpose, 'at', c.submitted_at))
      from sends c
      where c.profile_id = p.profile_id and c.submitted_at > clock.now - $4::float8 * interval '1 millisecond'
        and c.purpose <> 'transactional' and c.status <> 'failed' and c.send_id is distinct from s.send_id
    ), '[]') as recent,
    ${ledgerColumns}
  from (select date_trunc('milliseconds', clock_now()) as now offset 0) clock
  join enrollments e on e.enrollment_id = $1
  join profiles p on p.profile_id = e.profile_id
  left join lateral (
    select i.value from identifiers i
    where i.profile_id = p.profile_id and i.type = 'phone' order by i.attached_at limit 1
  ) phone on true
  left join sends s on s.enrollment_id = e.enrollment_id and s.step = $2 and s.occurrence = $3`;
