import type { Queryable } from './database';

/** Refusals of a journey that may be judged again. */
export interface RefusedEntries {
  readonly journey: string;
  /** `guard`: while the guard against floods of entries held it. `no_code`: for want of a unique code. */
  readonly because: 'guard' | 'no_code';
  readonly since: Date;
  /** Those from then on are not looked at: so what is refused anew is not judged for ever. */
  readonly before: Date;
}

export interface RefusedEntry {
  readonly seq: number;
  readonly profileId: string;
}

/** An entry to be judged again, with the event that it was refused for; null when that is no longer on record. */
export interface ClaimedEntry {
  readonly profileId: string;
  readonly event: {
    readonly messageId: string;
    readonly type: string;
    readonly name: string;
    readonly properties: { readonly [property: string]: unknown };
    readonly eventVersion: number | null;
    readonly source: string;
    /** ISO 8601 */
    readonly timestamp: string;
  } | null;
}

/** The oldest of them that have not been judged again. */
export async function findRefused(
  db: Queryable,
  { journey, because, since, before }: RefusedEntries,
  limit: number,
): Promise<RefusedEntry[]> {
  const { rows } = await db.query<RefusedEntry>({
    name: 'entries-refused',
    text: `select c.seq, c.profile_id as "profileId"
           from enrollment_changes c
           join profiles p on p.profile_id = c.profile_id and p.merged_into is null and p.erased_at is null
           where c.journey = $1 and c.status = 'refused' and c.at >= $3 and c.at < $4 and c.readmitted_at is null
             and case $2
               when 'no_code' then c.reason = 'no_code'
               -- What was in force is the hold that had begun last.
               else c.reason = 'paused' and 'blast_guard' = (
                 select h.cause from holds h where h.journey = c.journey and h.since <= c.at
                 order by h.since desc, h.hold_id desc limit 1)
             end
           order by c.at, c.seq limit $5`,
    values: [journey, because, since, before, limit],
  });
  return rows;
}

/** Marks refusals of locked customers as judged again, and answers those that nobody else had, in their order. */
export async function claimRefused(
  tx: Queryable,
  claim: {
    readonly seqs: readonly number[];
    readonly profileIds: readonly string[];
    readonly since: Date;
    readonly actor: string;
  },
): Promise<ClaimedEntry[]> {
  const { rows } = await tx.query<ClaimedEntry>({
    name: 'entries-claim',
    text: `with claimed as (
             update enrollment_changes set readmitted_at = clock_now(), readmitted_by = $3
             where seq = any($1::bigint[]) and profile_id = any($2::uuid[]) and readmitted_at is null
             returning seq, profile_id, message_id
           )
           select c.profile_id as "profileId", (
             select json_build_object('messageId', e.message_id, 'type', e.type, 'name', e.name,
               'properties', e.properties, 'eventVersion', e.event_version, 'source', e.source,
               'timestamp', e."timestamp")
             from events e
             where e.profile_id = c.profile_id and e.received_at >= $4::timestamptz - interval '1 day'
               and e.message_id = c.message_id and e.name is not null
             limit 1
           ) as event
           from claimed c order by c.seq`,
    values: [claim.seqs, claim.profileIds, claim.actor, claim.since],
  });
  return rows;
}
