import type { Queryable } from './database';
import { type LedgerRow, ledgerColumns } from './sends';

/** What a send is decided by, as it stands now: read it after the customer's lock. */
export interface SendFacts {
  readonly now: Date;
  readonly profileId: string;
  readonly erased: boolean;
  readonly stage: 'new' | 'active' | 'inactive' | 'reactivated' | null;
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

/** Undefined when there is no such enrollment. */
export async function loadSendFacts(
  tx: Queryable,
  key: { readonly enrollmentId: string; readonly step: string; readonly occurrence: number },
): Promise<SendFacts | undefined> {
  const { rows } = await tx.query<FactsRow>({
    name: 'send-facts',
    text: factsQuery,
    values: [key.enrollmentId, key.step, key.occurrence],
  });
  const [row] = rows;
  if (!row) return undefined;
  return {
    ...row,
    subscriptions: row.subscriptions.map(withDate),
    suppressions: row.suppressions.map(withDate),
    send: row.sendId === null ? undefined : row,
  };
}

type FactsRow = Omit<SendFacts, 'send' | 'subscriptions' | 'suppressions'> &
  LedgerRow & {
    readonly subscriptions: readonly InJson<StoredSubscription>[];
    readonly suppressions: readonly InJson<StoredSuppression>[];
  };

type InJson<T> = Omit<T, 'at'> & { readonly at: string };

function withDate<T extends { readonly at: string }>(record: T): Omit<T, 'at'> & { at: Date } {
  return { ...record, at: new Date(record.at) };
}

const factsQuery = `
  select clock_now() as now, p.profile_id as "profileId", p.erased_at is not null as erased, p.stage,
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
    ${ledgerColumns}
  from enrollments e
  join profiles p on p.profile_id = e.profile_id
  left join lateral (
    select i.value from identifiers i
    where i.profile_id = p.profile_id and i.type = 'phone' order by i.attached_at limit 1
  ) phone on true
  left join sends s on s.enrollment_id = e.enrollment_id and s.step = $2 and s.occurrence = $3
  where e.enrollment_id = $1`;
