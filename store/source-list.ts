import type { Queryable } from './database';

export interface ListedSource {
  readonly name: string;
  readonly storeUnplanned: boolean;
  readonly createdAt: Date;
  /** Null while its key is good. */
  readonly disabledAt: Date | null;
}

/** All sources there ever were, by name. */
export async function listSources(db: Queryable): Promise<ListedSource[]> {
  const { rows } = await db.query<ListedSource>(
    `select name, store_unplanned as "storeUnplanned", created_at as "createdAt", disabled_at as "disabledAt"
     from sources order by name`,
  );
  return rows;
}
