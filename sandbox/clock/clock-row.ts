import type { Queryable } from '../../store/database';

/** Takes the clock to `at`, never backwards, and holds it there. Answers where it stands. */
export async function holdClock(db: Queryable, at: Date): Promise<Date> {
  const { rows } = await db.query<{ at: Date }>({
    name: 'sandbox-hold',
    // The offset goes along: a stack that is killed now ticks on from here.
    text: `update clock set held_at = reached.at,
             offset_ms = ceil(extract(epoch from reached.at - clock_timestamp()) * 1000)
           from (select greatest($1, clock_now()) as at) as reached
           returning held_at as at`,
    values: [at],
  });
  return theRow(rows).at;
}

/** Takes the clock to `at`, never backwards, and lets it tick. */
export async function releaseClock(db: Queryable, at?: Date): Promise<Date> {
  const { rows } = await db.query<{ at: Date }>({
    name: 'sandbox-release',
    text: `update clock set held_at = null,
             offset_ms = ceil(extract(epoch from reached.at - clock_timestamp()) * 1000)
           from (select greatest($1, clock_now()) as at) as reached
           returning reached.at`,
    values: [at ?? null],
  });
  return theRow(rows).at;
}

/** After a kill: lets the clock tick on from where it was held, by as much as has passed since. */
export async function unholdClock(db: Queryable): Promise<void> {
  await db.query('update clock set held_at = null where held_at is not null');
}

/** Sets the clock of a record in which nothing has happened yet, where it may also stand in the past. Answers whether it was one. */
export async function setUnusedClock(db: Queryable, at: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    `update clock set held_at = null, offset_ms = ceil(extract(epoch from $1::timestamptz - clock_timestamp()) * 1000)
     where offset_ms = 0 and not exists (select from profiles) and not exists (select from message_ids)`,
    [at],
  );
  return rowCount === 1;
}

function theRow<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (!row) throw new Error('The table clock has lost its row');
  return row;
}
