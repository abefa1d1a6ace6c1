import type { Queryable } from './database';

/** Where events come from: an app or a service with a write key of its own, which is kept only as its SHA-256. */
export interface Source {
  readonly name: string;
  readonly keySha256: Buffer;
  /** Whether events that are not in the tracking plan are stored (they start nothing) rather than quarantined. */
  readonly storeUnplanned: boolean;
}

export interface NewSource extends Source {
  readonly sourceId: string;
}

/** A name or a key that another source has violates a unique constraint. */
export async function insertSource(db: Queryable, source: NewSource): Promise<void> {
  await db.query(
    `insert into sources (source_id, name, key_sha256, store_unplanned, created_at)
     values ($1, $2, $3, $4, clock_now())`,
    [source.sourceId, source.name, source.keySha256, source.storeUnplanned],
  );
}

/** All that may send: a few dozen rows at most. */
export async function enabledSources(db: Queryable): Promise<readonly Source[]> {
  const { rows } = await db.query<Source>(
    `select name, key_sha256 as "keySha256", store_unplanned as "storeUnplanned"
     from sources where disabled_at is null`,
  );
  return rows;
}

/** Its key is refused from now on; false when there is no such source, or it was disabled before. */
export async function disableSource(db: Queryable, name: string): Promise<boolean> {
  const { rowCount } = await db.query(
    'update sources set disabled_at = clock_now() where name = $1 and disabled_at is null',
    [name],
  );
  return rowCount === 1;
}
