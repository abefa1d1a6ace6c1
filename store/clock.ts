import type { Queryable } from './database';

/** Jornada's now: what everything stored or decided goes by. */
export async function clockNow(db: Queryable): Promise<Date> {
  const { rows } = await db.query<{ now: Date }>({ name: 'clock-now', text: 'select clock_now() as now' });
  const [row] = rows;
  if (!row) throw new Error('The table clock has lost its row');
  return row.now;
}

/** How far Jornada's clock is ahead of the wall clock, in milliseconds; 0 in production. */
export async function clockOffsetMs(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ offsetMs: number }>({
    name: 'clock-offset',
    text: 'select offset_ms as "offsetMs" from clock',
  });
  return rows[0]?.offsetMs ?? 0;
}
