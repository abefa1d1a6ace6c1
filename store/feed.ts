import type { Queryable } from './database';

/** One thing that happened, for an operator to watch go by. */
export interface FeedItem {
  readonly seq: number;
  readonly at: Date;
  readonly kind: 'event' | 'enrollment' | 'decision' | 'send' | 'outcome' | 'consent' | 'stage';
  readonly profileId: string;
  /** What, in the words of the record: name, journey, status, reason; no personal data. */
  readonly words: readonly string[];
  /** Of a decision that is deferred: when the gate is asked again. */
  readonly until?: Date;
}

/** What has happened after a point, oldest first. Transactions commit out of turn, so ask again from a little before. */
export async function readFeed(
  db: Queryable,
  after: { readonly seq: number; readonly at: Date },
  limit: number,
): Promise<FeedItem[]> {
  const { rows } = await db.query<Omit<FeedItem, 'until'> & { readonly until: Date | null }>({
    name: 'feed',
    text: `
      select seq, at, kind, profile_id as "profileId", array_remove(words, null) as words, until from (
        (select seq, received_at as at, 'event' as kind, profile_id, array[type, name] as words,
                null::timestamptz as until
           from events where seq > $1 and received_at >= $3 order by seq limit $2)
        union all
        (select seq, at, 'enrollment', profile_id, array[journey, status, reason], null
           from enrollment_changes where seq > $1 order by seq limit $2)
        union all
        (select seq, at, 'decision', profile_id, array[message, verdict, reason], until
           from decisions where seq > $1 and verdict <> 'send' and at >= $3 order by seq limit $2)
        union all
        (select c.seq, c.at, 'send', c.profile_id, array[s.message, c.status, c.error_code], null
           from send_changes c join sends s using (send_id) where c.seq > $1 order by c.seq limit $2)
        union all
        (select seq, at, 'outcome', profile_id, array[journey, outcome], null
           from outcomes where seq > $1 order by seq limit $2)
        union all
        (select seq, at, 'consent', profile_id, array[channel, from_status, to_status, source, reason], null
           from consent_changes where seq > $1 order by seq limit $2)
        union all
        (select seq, at, 'stage', profile_id, array[from_stage, to_stage], null
           from stage_changes where seq > $1 order by seq limit $2)
      ) happened order by seq limit $2`,
    values: [after.seq, limit, after.at],
  });
  return rows.map(({ until, ...item }) => ({ ...item, ...(until && { until }) }));
}

/** Where the record ends now. */
export async function feedEnd(db: Queryable): Promise<{ seq: number; at: Date }> {
  const { rows } = await db.query<{ seq: number; at: Date }>(
    'select last_value as seq, clock_now() as at from timeline_seq',
  );
  const [end] = rows;
  if (!end) throw new Error('The sequence timeline_seq is gone');
  return end;
}
