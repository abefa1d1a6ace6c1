import type { Queryable } from './database';

/** A customer's record, as the transaction that changes it holds it. */
export interface ProfileRow {
  readonly profileId: string;
  readonly createdAt: Date;
  readonly traits: { readonly [trait: string]: unknown };
  /** ISO 8601 of the value that stands, or of its deletion. */
  readonly traitTimes: { readonly [trait: string]: string };
  readonly contextTimezone: string | null;
  readonly contextTimezoneAt: Date | null;
  readonly registeredAt: Date | null;
  readonly stage: 'new' | 'active' | 'inactive' | 'reactivated' | null;
  readonly stageSince: Date | null;
  readonly stageDueAt: Date | null;
  readonly lastActivityAt: Date | null;
}

const columns = `profile_id as "profileId", created_at as "createdAt", traits, trait_times as "traitTimes",
  context_timezone as "contextTimezone", context_timezone_at as "contextTimezoneAt",
  registered_at as "registeredAt", stage, stage_since as "stageSince", stage_due_at as "stageDueAt",
  last_activity_at as "lastActivityAt"`;

/**
 * Locks the profiles that own any of these identifiers, in the order of their ids, for the rest of the transaction.
 * Whose the identifiers are may have changed while it waited: read them again afterwards.
 */
export async function lockProfilesOf(
  tx: Queryable,
  identifiers: readonly { readonly type: string; readonly value: string }[],
): Promise<ProfileRow[]> {
  const { rows } = await tx.query<ProfileRow>({
    name: 'profiles-lock',
    text: `select ${columns} from profiles
           where profile_id in (
             select i.profile_id from unnest($1::text[], $2::text[]) as given(type, value)
             join identifiers i on i.type = given.type and i.value = given.value)
           order by profile_id for no key update`,
    values: [identifiers.map(({ type }) => type), identifiers.map(({ value }) => value)],
  });
  return rows;
}

/** Locks these profiles, in the order of their ids; those that were merged away or erased meanwhile are left out. */
export async function lockProfiles(tx: Queryable, profileIds: readonly string[]): Promise<ProfileRow[]> {
  const { rows } = await tx.query<ProfileRow>({
    name: 'profiles-lock-by-id',
    text: `select ${columns} from profiles
           where profile_id = any($1::uuid[]) and merged_into is null and erased_at is null
           order by profile_id for no key update`,
    values: [profileIds],
  });
  return rows;
}

/** Locks profiles whose stage time alone has moved by now, longest due first; those that are being changed are left. */
export async function lockDueProfiles(tx: Queryable, limit: number): Promise<ProfileRow[]> {
  const { rows } = await tx.query<ProfileRow>(
    `select ${columns} from profiles where stage_due_at <= (select clock_now())
     order by stage_due_at, profile_id limit $1 for no key update skip locked`,
    [limit],
  );
  return rows;
}

/** When the next stage moves by time alone; null when none will. */
export async function earliestStageDue(db: Queryable): Promise<Date | null> {
  const { rows } = await db.query<{ dueAt: Date | null }>(
    'select min(stage_due_at) as "dueAt" from profiles where stage_due_at is not null',
  );
  return rows[0]?.dueAt ?? null;
}

const written = `r("profileId" uuid, "createdAt" timestamptz, traits jsonb, "traitTimes" jsonb, "contextTimezone" text,
  "contextTimezoneAt" timestamptz, "registeredAt" timestamptz, stage text, "stageSince" timestamptz,
  "stageDueAt" timestamptz, "lastActivityAt" timestamptz)`;

export async function insertProfiles(tx: Queryable, profiles: readonly ProfileRow[]): Promise<void> {
  if (profiles.length === 0) return;
  await tx.query({
    name: 'profiles-insert',
    text: `insert into profiles (profile_id, created_at, traits, trait_times, context_timezone, context_timezone_at,
             registered_at, stage, stage_since, stage_due_at, last_activity_at)
           select "profileId", "createdAt", traits, "traitTimes", "contextTimezone", "contextTimezoneAt",
             "registeredAt", stage, "stageSince", "stageDueAt", "lastActivityAt"
           from json_to_recordset($1) as ${written}`,
    values: [JSON.stringify(profiles)],
  });
}

/** Of profiles that are locked. */
export async function updateProfiles(tx: Queryable, profiles: readonly ProfileRow[]): Promise<void> {
  if (profiles.length === 0) return;
  await tx.query({
    name: 'profiles-update',
    text: `update profiles p set traits = r.traits, trait_times = r."traitTimes",
             context_timezone = r."contextTimezone", context_timezone_at = r."contextTimezoneAt",
             registered_at = r."registeredAt", stage = r.stage, stage_since = r."stageSince",
             stage_due_at = r."stageDueAt", last_activity_at = r."lastActivityAt"
           from json_to_recordset($1) as ${written}
           where p.profile_id = r."profileId"`,
    values: [JSON.stringify(profiles)],
  });
}

/** What any event may change, of profiles that are locked and of which nothing else changed. */
export async function updateActivity(
  tx: Queryable,
  profiles: readonly Pick<
    ProfileRow,
    'profileId' | 'contextTimezone' | 'contextTimezoneAt' | 'lastActivityAt' | 'stageDueAt'
  >[],
): Promise<void> {
  if (profiles.length === 0) return;
  await tx.query({
    name: 'profiles-activity',
    text: `update profiles p set context_timezone = r."contextTimezone", context_timezone_at = r."contextTimezoneAt",
             last_activity_at = r."lastActivityAt", stage_due_at = r."stageDueAt"
           from json_to_recordset($1) as r("profileId" uuid, "contextTimezone" text, "contextTimezoneAt" timestamptz,
             "lastActivityAt" timestamptz, "stageDueAt" timestamptz)
           where p.profile_id = r."profileId"`,
    values: [JSON.stringify(profiles, lightColumns)],
  });
}

const lightColumns = ['profileId', 'contextTimezone', 'contextTimezoneAt', 'lastActivityAt', 'stageDueAt'];
