import type { SendState, SendStatus } from '../rules/send-status';
import type { Queryable } from './database';
import { insertOutbox } from './outbox';

/** A send that the provider reports on, locked until the transaction ends. */
export interface ReportedSend extends SendState {
  readonly sendId: string;
  readonly enrollmentId: string;
  readonly profileId: string;
  readonly channel: string;
  readonly address: string;
}

export async function lockSend(tx: Queryable, sendId: string): Promise<ReportedSend | undefined> {
  const { rows } = await tx.query<ReportedSend>({
    name: 'send-lock',
    text: `select send_id as "sendId", enrollment_id as "enrollmentId", profile_id as "profileId", channel, address,
             status, provider_sid as "providerSid", error_code as "errorCode"
           from sends where send_id = $1 for update`,
    values: [sendId],
  });
  return rows[0];
}

/** The send that a message of the provider's belongs to. */
export async function findSendId(db: Queryable, providerSid: string): Promise<string | undefined> {
  const { rows } = await db.query<{ sendId: string }>(
    'select send_id as "sendId" from sends where provider_sid = $1',
    [providerSid],
  );
  return rows[0]?.sendId;
}

/**
 * Writes what a report made of a locked send. A run that was told `unknown` is told that this has ended; call it
 * under the customer's lock, which orders what a run is told.
 */
export async function writeReport(tx: Queryable, send: ReportedSend, state: SendState): Promise<void> {
  // A message first heard of when it was delivered has been accepted too.
  const passed: SendStatus[] = send.providerSid === null && state.status !== 'sent' ? ['sent'] : [];
  await tx.query({
    name: 'send-report',
    text: `
      with clock as materialized (select clock_now() as at),
      reported as (
        update sends s
        set status = $2, provider_sid = $3, error_code = $4, status_at = clock.at,
          sent_at = coalesce(s.sent_at, clock.at), settle_at = null, settle_until = null
        from clock where s.send_id = $1
        returning s.send_id, s.profile_id, s.status_at, s.provider_sid, s.error_code
      )
      insert into send_changes (send_id, profile_id, at, status, provider_sid, error_code)
      select send_id, profile_id, status_at, way.status, provider_sid, case way.status when $2 then error_code end
      from reported, unnest($5::text[]) with ordinality way (status, place) order by way.place`,
    values: [send.sendId, state.status, state.providerSid, state.errorCode, [...passed, state.status]],
  });
  if (send.status === 'unknown') await announceSettled(tx, send);
}

/** Tells an open run that a send it was told to be unknown has come to an end. */
export async function announceSettled(
  tx: Queryable,
  send: { readonly sendId: string; readonly enrollmentId: string; readonly profileId: string },
): Promise<void> {
  const { rowCount } = await tx.query({
    name: 'enrollment-is-open',
    text: `select from enrollments where enrollment_id = $1 and status = 'open'`,
    values: [send.enrollmentId],
  });
  if (rowCount === 0) return;
  const { sendId, enrollmentId, profileId } = send;
  await insertOutbox(tx, [
    { profileId, enrollmentId, kind: 'settled', payload: { kind: 'settled', sendId } },
  ]);
}
