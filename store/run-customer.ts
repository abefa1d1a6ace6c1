import type { Queryable } from './database';

/** The customer of a run, as far as a run may look at them. */
export interface RunCustomer {
  readonly profileId: string;
  /** Local date at entry, YYYY-MM-DD. */
  readonly dayZero: string;
  readonly stage: 'new' | 'active' | 'inactive' | 'reactivated' | null;
  readonly traits: { readonly [trait: string]: unknown };
  readonly contextTimezone: string | null;
  /** E.164 */
  readonly phone: string | null;
}

export async function findRunCustomer(db: Queryable, enrollmentId: string): Promise<RunCustomer | undefined> {
  const { rows } = await db.query<RunCustomer>({
    name: 'run-customer',
    text: `
      select p.profile_id as "profileId", e.day_zero as "dayZero", p.stage, p.traits,
        p.context_timezone as "contextTimezone",
        (select i.value from identifiers i
         where i.profile_id = p.profile_id and i.type = 'phone' order by i.attached_at limit 1) as phone
      from enrollments e join profiles p on p.profile_id = e.profile_id
      where e.enrollment_id = $1`,
    values: [enrollmentId],
  });
  return rows[0];
}
