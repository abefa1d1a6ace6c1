import { Client } from 'pg';
import { crowded } from '../lab/time';

/**
 * Fills a table with millions of rows by statements that run four at a time. Its indexes are built afterwards, all but the
 * primary key, and its foreign keys are not asked: the rows are made by the thousand and refer to others that were.
 */
export async function inBulk(url: string, table: string, statements: readonly string[]): Promise<void> {
  const fast = new URL(url);
  fast.searchParams.set('options', '-c session_replication_role=replica -c maintenance_work_mem=512MB');
  const one = await connected(fast);
  try {
    const dropped = await indexesOf(one, table);
    for (const { drop } of dropped) await one.query(drop);
    await crowded(statements, 4, async (statement) => {
      const client = await connected(fast);
      try {
        await client.query(statement);
      } finally {
        await client.end();
      }
    });
    for (const { create } of dropped) await one.query(create);
    await one.query(`vacuum (analyze) ${table}`);
  } finally {
    await one.end();
  }
}

interface DroppedIndex {
  readonly drop: string;
  readonly create: string;
}

async function indexesOf(client: Client, table: string): Promise<DroppedIndex[]> {
  const { rows } = await client.query<DroppedIndex>(
    `select case when c.oid is null then format('drop index %I', i.relname)
                 else format('alter table %I drop constraint %I', t.relname, c.conname) end as drop,
       case when c.oid is null then pg_get_indexdef(x.indexrelid)
            else format('alter table %I add constraint %I %s', t.relname, c.conname, pg_get_constraintdef(c.oid)) end as create
     from pg_index x
     join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
     left join pg_constraint c on c.conindid = x.indexrelid and c.conrelid = t.oid
     where t.relname = $1 and not x.indisprimary`,
    [table],
  );
  return rows;
}

async function connected(url: URL): Promise<Client> {
  const client = new Client({ connectionString: url.toString() });
  await client.connect();
  return client;
}
