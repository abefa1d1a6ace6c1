import type { Queryable } from './database';

/** Jornada's now: what everything stored or decided goes by. */
export async function clockNow(db: Queryable): Promise<Date> {
  const { rows } = await db.query<{ now: Date }>({ name: 'clock-now', text: 'select clock_now() as now' });
  const [row] = rows;
  if (!row) throw new Error('The table clock has lost its row');
  return row.now;
}
