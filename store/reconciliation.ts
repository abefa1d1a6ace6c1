import type { Queryable } from './database';

/** A place in the open enrollments, in order of entry. */
export interface OpenEnrollment {
  readonly enrollmentId: string;
  readonly journey: string;
  /** In Postgres' own precision: as a Date it would not tell where the page ended. */
  readonly enteredAt: string;
}

export async function openEnrollmentsAfter(
  db: Queryable,
  after: Pick<OpenEnrollment, 'enrollmentId' | 'enteredAt'> | undefined,
  limit: number,
): Promise<OpenEnrollment[]> {
  const { rows } = await db.query<OpenEnrollment>(
    `select enrollment_id as "enrollmentId", journey, entered_at::text as "enteredAt" from enrollments
     where status = 'open' and (entered_at, enrollment_id) > ($1::timestamptz, $2::uuid)
     order by entered_at, enrollment_id limit $3`,
    [after?.enteredAt ?? '-infinity', after?.enrollmentId ?? '00000000-0000-0000-0000-000000000000', limit],
  );
  return rows;
}

export interface LostStart {
  readonly enrollmentId: string;
  readonly profileId: string;
  readonly journey: string;
  readonly version: number;
  readonly key: string;
  readonly triggerProperties: { readonly [property: string]: unknown };
  readonly trigger: {
    readonly seq: number;
    readonly messageId: string;
    readonly name: string;
    readonly receivedAt: Date;
    readonly timestamp: Date;
  };
}

/**
 * What an open enrollment began with, for a run that Temporal does not have and nobody is about to start; undefined
 * when it has ended, its start waits in the outbox, or it was set aside there. Call it under the customer's lock.
 */
export async function findLostStart(tx: Queryable, enrollmentId: string): Promise<LostStart | undefined> {
  const { rows } = await tx.query<Omit<LostStart, 'trigger'> & LostStart['trigger']>(
    `select e.enrollment_id as "enrollmentId", e.profile_id as "profileId", e.journey, e.version, e.key,
       e.trigger_properties as "triggerProperties", v.seq, v.message_id as "messageId", v.name,
       v.received_at as "receivedAt", v."timestamp"
     from enrollments e
     join events v on v.profile_id = e.profile_id and v.message_id = e.trigger_message_id
       and v.received_at = e.entered_at
     where e.enrollment_id = $1 and e.status = 'open'
       and not exists (select from outbox o where o.enrollment_id = $1 and o.kind = 'start')
       and not exists (select from outbox_set_aside o where o.enrollment_id = $1 and o.kind = 'start')`,
    [enrollmentId],
  );
  const [row] = rows;
  if (!row) return undefined;
  const { seq, messageId, name, receivedAt, timestamp, ...enrollment } = row;
  return { ...enrollment, trigger: { seq, messageId, name, receivedAt, timestamp } };
}

export interface UntoldEnd {
  readonly enrollmentId: string;
  readonly profileId: string;
  readonly status: 'completed' | 'converted' | 'exited' | 'merged' | 'failed';
  readonly reason: string | null;
}

/** Of these enrollments those that ended a minute ago or longer, with nothing in the outbox that would tell their runs. */
export async function findUntoldEnds(db: Queryable, enrollmentIds: readonly string[]): Promise<UntoldEnd[]> {
  const { rows } = await db.query<UntoldEnd>(
    `select enrollment_id as "enrollmentId", profile_id as "profileId", status, reason from enrollments e
     where enrollment_id = any($1::uuid[]) and status <> 'open' and ended_at < clock_now() - interval '1 minute'
       and not exists (select from outbox o where o.enrollment_id = e.enrollment_id)`,
    [enrollmentIds],
  );
  return rows;
}
