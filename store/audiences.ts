import type { Condition } from '../catalog/audience';
import { conditionSql, parametersAfter } from './audience-sql';
import type { Queryable } from './database';

/** A journey that is launched to an audience. */
export interface AudienceEntry {
  readonly journey: string;
  readonly condition: Condition;
  /** Milliseconds since the end of the last run before another may begin; null: never another. */
  readonly reentryAfterMs: number | null;
}

/** How many would enter now: in the audience, not entered by an earlier crossing, and refused for no reason of entry. */
export async function countEnterable(db: Queryable, entry: AudienceEntry, now: Date): Promise<number> {
  const { values, text } = enterable(entry, now);
  const { rows } = await db.query<{ n: number }>(
    `select count(*) as n from profiles p where ${text}`,
    values,
  );
  return rows[0]?.n ?? 0;
}

/** Some of them, by chance; `of` so many as {@link countEnterable} has counted. */
export async function sampleEnterable(
  db: Queryable,
  entry: AudienceEntry,
  { now, limit, of }: { readonly now: Date; readonly limit: number; readonly of: number },
): Promise<string[]> {
  const { values, text } = enterable(entry, now);
  // Of very many one in so many is drawn first, by a hash that is quick: four times as many as are wanted are left.
  const oneIn = Math.max(1, Math.floor(of / (4 * limit)));
  const drawn = `(uuid_hash_extended(p.profile_id, (select (random() * 1e9)::bigint)) & 2147483647) % $${values.push(oneIn)} = 0`;
  const { rows } = await db.query<{ profileId: string }>(
    `select p.profile_id as "profileId" from profiles p
     where ${drawn} and ${text} order by random() limit $${values.push(limit)}`,
    values,
  );
  return rows.map(({ profileId }) => profileId);
}

function enterable({ journey, condition, reentryAfterMs }: AudienceEntry, now: Date) {
  const { values, parameter } = parametersAfter(now, journey, reentryAfterMs);
  const text = `${there} and ${conditionSql(condition, '$1::timestamptz', parameter)}
    and not exists (select from audience_members m where m.journey = $2 and m.profile_id = p.profile_id)
    and not exists (
      select from enrollments e where e.profile_id = p.profile_id and e.journey = $2 and e.key = ''
        and (e.status = 'open' or $3::float8 is null or e.ended_at > $1 - $3 * interval '1 millisecond'))`;
  return { values, text };
}

const there = 'p.merged_into is null and p.erased_at is null and p.created_at <= $1';

export interface Window {
  /** In the order of their ids. */
  readonly profileIds: readonly string[];
  /** The last profile that was looked at; null when there are no more. */
  readonly position: string | null;
}

/**
 * Those who have crossed into the audience, among the next profiles behind a position, in bounded steps. Who has left
 * it is forgotten, and may cross into it again.
 */
export async function nextCrossings(
  tx: Queryable,
  { journey, condition }: Pick<AudienceEntry, 'journey' | 'condition'>,
  step: { readonly now: Date; readonly after: string | null; readonly look: number; readonly limit: number },
): Promise<Window> {
  const { values, parameter } = parametersAfter(step.now, journey, step.after, step.look, step.limit);
  const { rows } = await tx.query<{ profileIds: string[]; looked: string | null }>(
    `with looked as materialized (
       select p.profile_id, ${conditionSql(condition, '$1::timestamptz', parameter)} as inside
       from (select p.profile_id, p.traits, p.stage from profiles p
             where ($3::uuid is null or p.profile_id > $3) and ${there} order by p.profile_id limit $4) p
     ),
     gone as (
       delete from audience_members m using looked
       where m.journey = $2 and m.profile_id = looked.profile_id and looked.inside is not true
     ),
     crossed as (
       select profile_id from looked
       where inside and not exists (select from audience_members m
                                    where m.journey = $2 and m.profile_id = looked.profile_id)
       order by profile_id limit $5
     )
     select array(select profile_id from crossed order by profile_id) as "profileIds",
       (select profile_id from looked order by profile_id desc limit 1) as looked`,
    values,
  );
  const { profileIds = [], looked = null } = rows[0] ?? {};
  // A full step may have left others behind it.
  const position = profileIds.length === step.limit ? (profileIds.at(-1) ?? null) : looked;
  return { profileIds, position };
}

/** Of locked profiles those who are still in the audience. */
export async function stillInside(
  tx: Queryable,
  condition: Condition,
  { now, profileIds }: { readonly now: Date; readonly profileIds: readonly string[] },
): Promise<Set<string>> {
  const { values, parameter } = parametersAfter(now, profileIds);
  const { rows } = await tx.query<{ profileId: string }>(
    `select p.profile_id as "profileId" from profiles p
     where p.profile_id = any($2::uuid[]) and ${there} and ${conditionSql(condition, '$1::timestamptz', parameter)}`,
    values,
  );
  return new Set(rows.map(({ profileId }) => profileId));
}

export async function addMembers(
  tx: Queryable,
  journey: string,
  profileIds: readonly string[],
): Promise<void> {
  await tx.query(
    `insert into audience_members (journey, profile_id, since)
     select $1, profile_id, clock_now() from unnest($2::uuid[]) profile_id on conflict do nothing`,
    [journey, profileIds],
  );
}

/** Which of these hold for a customer now. */
export async function judgeConditions(
  db: Queryable,
  conditions: readonly Condition[],
  profileId: string,
): Promise<boolean[]> {
  const { values, parameter } = parametersAfter(profileId);
  const judged = conditions.map((one) => `(${conditionSql(one, 'clock.now', parameter)}) is true`);
  const { rows } = await db.query<{ holds: boolean[] }>(
    `select array[${judged.join(', ')}]::boolean[] as holds
     from profiles p, (select clock_now() as now) clock where p.profile_id = $1`,
    values,
  );
  return rows[0]?.holds ?? [];
}
