import type { Queryable } from './database';

export interface IdentifierRow {
  readonly type: string;
  readonly value: string;
  readonly profileId: string;
}

interface Named {
  readonly type: string;
  readonly value: string;
}

/** All identifiers of these profiles. */
export async function findIdentifiersOf(
  tx: Queryable,
  profileIds: readonly string[],
): Promise<IdentifierRow[]> {
  if (profileIds.length === 0) return [];
  const { rows } = await tx.query<IdentifierRow>({
    name: 'identifiers-of',
    text: `select type, value, profile_id as "profileId" from identifiers where profile_id = any($1::uuid[])`,
    values: [profileIds],
  });
  return rows;
}

/**
 * Attaches identifiers that were nobody's. False when another transaction has attached one of them meanwhile: then
 * what was decided no longer holds, and this transaction has to be rolled back and tried again.
 */
export async function insertIdentifiers(
  tx: Queryable,
  identifiers: readonly IdentifierRow[],
  at: Date,
): Promise<boolean> {
  if (identifiers.length === 0) return true;
  const { rowCount } = await tx.query({
    name: 'identifiers-insert',
    // In one order everywhere: two batches that share identifiers wait for each other instead of colliding.
    text: `insert into identifiers (type, value, profile_id, attached_at)
           select type, value, profile_id, $4 from unnest($1::text[], $2::text[], $3::uuid[]) as r(type, value, profile_id)
           order by type, value
           on conflict do nothing`,
    values: [...columnsOf(identifiers), at],
  });
  return rowCount === identifiers.length;
}

/** Gives identifiers to other profiles; those that have them are locked by the caller. */
export async function moveIdentifiers(
  tx: Queryable,
  identifiers: readonly IdentifierRow[],
  at: Date,
): Promise<void> {
  if (identifiers.length === 0) return;
  await tx.query({
    name: 'identifiers-move',
    text: `update identifiers i set profile_id = r.profile_id, attached_at = $4
           from unnest($1::text[], $2::text[], $3::uuid[]) as r(type, value, profile_id)
           where i.type = r.type and i.value = r.value`,
    values: [...columnsOf(identifiers), at],
  });
}

/** Takes identifiers from the profiles that have them; these are locked by the caller. */
export async function deleteIdentifiers(tx: Queryable, identifiers: readonly Named[]): Promise<void> {
  if (identifiers.length === 0) return;
  await tx.query({
    name: 'identifiers-delete',
    text: `delete from identifiers i using unnest($1::text[], $2::text[]) as given(type, value)
           where i.type = given.type and i.value = given.value`,
    values: [identifiers.map(({ type }) => type), identifiers.map(({ value }) => value)],
  });
}

function columnsOf(identifiers: readonly IdentifierRow[]): [string[], string[], string[]] {
  return [
    identifiers.map(({ type }) => type),
    identifiers.map(({ value }) => value),
    identifiers.map(({ profileId }) => profileId),
  ];
}
