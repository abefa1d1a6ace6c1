import type { Queryable } from './database';

export interface EventQuery {
  readonly enrollmentId: string;
  readonly names: readonly string[];
  /** Only those whose properties equal these as text. */
  readonly where: { readonly [property: string]: string };
  /** Only those stored after this one. */
  readonly afterSeq: number | null;
  /** Only those that happened at this instant or later. */
  readonly since: Date | null;
  /** Only those that arrived by then. */
  readonly receivedUntil: Date;
}

export interface StoredEvent {
  readonly seq: number;
  readonly messageId: string;
  readonly name: string;
  readonly receivedAt: Date;
  readonly timestamp: Date;
  readonly properties: { readonly [property: string]: unknown };
}

/** Most events answered at once. */
const LIMIT = 1_000;

/** Events of an enrollment's customer by name, in order of arrival, the oldest thousand. */
export async function findRunEvents(db: Queryable, query: EventQuery): Promise<StoredEvent[]> {
  // An event never arrives before it happened, and nothing after the trigger arrived before entry: both bounds
  // keep the query out of older months.
  const { rows } = await db.query<StoredEvent>({
    name: 'run-events',
    text: `
      select v.seq, v.message_id as "messageId", v.name, v.received_at as "receivedAt", v."timestamp", v.properties
      from enrollments e join events v on v.profile_id = e.profile_id
      where e.enrollment_id = $1 and v.type = 'track' and v.name = any($2::text[])
        and v.received_at <= $3
        and v.received_at >= coalesce($4::timestamptz, e.entered_at)
        and ($4::timestamptz is null or v."timestamp" >= $4)
        and ($5::bigint is null or v.seq > $5)
        and not exists (
          select from jsonb_each_text($6::jsonb) wanted
          where v.properties ->> wanted.key is distinct from wanted.value
        )
      order by v.received_at, v.seq limit $7`,
    values: [
      query.enrollmentId,
      query.names,
      query.receivedUntil,
      query.since,
      query.afterSeq,
      JSON.stringify(query.where),
      LIMIT,
    ],
  });
  return rows;
}
