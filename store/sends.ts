import type { Queryable } from './database';
import { type Decision, decisionInsert, decisionValues } from './decisions';
import { ensurePartition } from './partitions';

/** A row of the ledger, as far as an answer depends on it. */
export interface LedgerRow {
  readonly sendId: string;
  readonly status: string;
  readonly providerSid: string | null;
  readonly errorCode: string | null;
  readonly creates: number;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  readonly statusAt: Date;
  /** While reserved after a create that was not processed: no earlier again. While unknown: when to look next. */
  readonly settleAt: Date | null;
  readonly settleUntil: Date | null;
  /** Milliseconds since the last create began, by the wall clock; null before the first. */
  readonly sinceCreateMs: number | null;
}

/** Of `sends s`. */
export const ledgerColumns = `s.send_id as "sendId", s.status, s.provider_sid as "providerSid",
  s.error_code as "errorCode", s.creates, s.created_at as "createdAt", s.sent_at as "sentAt",
  s.status_at as "statusAt", s.settle_at as "settleAt", s.settle_until as "settleUntil",
  (extract(epoch from clock_timestamp() - s.submitted_wall) * 1000)::float8 as "sinceCreateMs"`;

export async function findSend(db: Queryable, sendId: string): Promise<LedgerRow | undefined> {
  const { rows } = await db.query<LedgerRow>({
    name: 'send-find',
    text: `select ${ledgerColumns} from sends s where s.send_id = $1`,
    values: [sendId],
  });
  return rows[0];
}

export interface NewSend extends Content {
  readonly sendId: string;
  readonly journey: string;
  readonly purpose: string;
  readonly channel: string;
}

/** What goes out, decided anew at each ask. */
export interface Content {
  readonly address: string;
  readonly locale: string;
  readonly body: string;
  readonly segments: number;
}

/**
 * Writes the gate's decision and opens the step's row, ready to be handed to the provider: `reserved`, then
 * `submitting`, in one statement. The unique step is the idempotency key: a second row for it is an error here,
 * since the step's row was looked for under the customer's lock.
 */
export async function openSend(tx: Queryable, decision: Decision, send: NewSend): Promise<void> {
  await ensurePartition(tx, 'decisions', decision.at);
  await tx.query({
    name: 'send-open',
    text: `
      with decided as (${decisionInsert} returning profile_id, enrollment_id, step, occurrence, message, at),
      opened as (
        insert into sends (send_id, enrollment_id, profile_id, journey, step, occurrence, message, purpose, channel,
          address, locale, body, segments, status, creates, created_at, submitted_at, submitted_wall, status_at)
        select $11, enrollment_id, profile_id, $12, step, occurrence, message, $13, $14, $15, $16, $17, $18,
          'submitting', 1, at, at, clock_timestamp(), at
        from decided returning send_id, profile_id, status_at
      )
      insert into send_changes (send_id, profile_id, at, status)
      select opened.send_id, opened.profile_id, opened.status_at, way.status
      from opened, (values (1, 'reserved'), (2, 'submitting')) way (place, status) order by way.place`,
    values: [
      ...decisionValues(decision),
      send.sendId,
      send.journey,
      send.purpose,
      send.channel,
      send.address,
      send.locale,
      send.body,
      send.segments,
    ],
  });
}

/**
 * Writes the gate's decision and takes a row that is `reserved` or `unknown` to the provider again. A reserved row
 * becomes `submitting`. An unknown one stays so, due for another look: should this process die meanwhile, nobody
 * else would come back to it.
 */
export async function reopenSend(
  tx: Queryable,
  decision: Decision,
  sendId: string,
  content: Content,
  look: Look,
): Promise<void> {
  await ensurePartition(tx, 'decisions', decision.at);
  await tx.query({
    name: 'send-reopen',
    text: `
      with decided as (${decisionInsert} returning at),
      reopened as (
        update sends s
        set status = case s.status when 'unknown' then 'unknown' else 'submitting' end, creates = s.creates + 1,
          address = $12, locale = $13, body = $14, segments = $15,
          submitted_at = decided.at, status_at = decided.at,
          -- What the first create may have left behind is looked for from its own time on.
          submitted_wall = case s.status when 'unknown' then s.submitted_wall else clock_timestamp() end,
          settle_at = case s.status when 'unknown' then decided.at + $16::float8 * interval '1 millisecond' end,
          settle_until = case s.status when 'unknown' then decided.at + $17::float8 * interval '1 millisecond' end
        from decided where s.send_id = $11
        returning s.send_id, s.profile_id, s.status_at
      )
      insert into send_changes (send_id, profile_id, at, status)
      select send_id, profile_id, status_at, 'submitting' from reopened`,
    values: [
      ...decisionValues(decision),
      sendId,
      content.address,
      content.locale,
      content.body,
      content.segments,
      look.lookAfterMs,
      look.graceMs,
    ],
  });
}

/** What a create came to. */
export type Conclusion =
  | { readonly status: 'sent'; readonly providerSid: string }
  | { readonly status: 'failed'; readonly errorCode: string }
  /** Not processed: the create does not count, and the row waits to be asked for again. */
  | { readonly status: 'reserved'; readonly retryAfterMs: number }
  /** `processed` is false for a row that was unknown before and whose second create was not processed. */
  | ({ readonly status: 'unknown'; readonly processed: boolean } & Look);

/** When to look for an unknown send first, and when to give it up, in milliseconds from now. */
export interface Look {
  readonly lookAfterMs: number;
  readonly graceMs: number;
}

export interface Submission {
  readonly sendId: string;
  /** The row's count of creates when this one began: a row that has moved on since is left alone. */
  readonly creates: number;
  readonly from: 'submitting' | 'unknown';
}

/** Writes how a create ended and answers when; undefined when the row has moved on meanwhile. */
export async function concludeCreate(
  db: Queryable,
  { sendId, creates, from }: Submission,
  conclusion: Conclusion,
): Promise<Date | undefined> {
  const look = conclusion.status === 'unknown' ? conclusion : undefined;
  const { rows } = await db.query<{ at: Date }>({
    name: 'send-conclude',
    text: `
      with clock as materialized (select clock_now() as at, date_trunc('milliseconds', clock_now()) as from_at),
      concluded as (
        update sends s
        set status = $4::text, provider_sid = $5::text, error_code = $6::text, creates = s.creates - $7::int,
          sent_at = case when $5::text is not null then clock.at end, status_at = clock.at,
          settle_at = clock.from_at + $8::float8 * interval '1 millisecond',
          settle_until = clock.from_at + $9::float8 * interval '1 millisecond'
        from clock
        where s.send_id = $1 and s.creates = $2 and s.status = $3 and s.provider_sid is null
        returning s.send_id, s.profile_id, s.status_at, s.status, s.provider_sid, s.error_code
      )
      insert into send_changes (send_id, profile_id, at, status, provider_sid, error_code)
      select send_id, profile_id, status_at, status, provider_sid, error_code from concluded
      returning at`,
    values: [
      sendId,
      creates,
      from,
      conclusion.status,
      conclusion.status === 'sent' ? conclusion.providerSid : null,
      conclusion.status === 'failed' ? conclusion.errorCode : null,
      conclusion.status === 'reserved' || look?.processed === false ? 1 : 0,
      conclusion.status === 'reserved' ? conclusion.retryAfterMs : look?.lookAfterMs,
      look?.graceMs,
    ],
  });
  return rows[0]?.at;
}

/** Ends a row that waited to be handed over again, and may not be. */
export async function failReserved(tx: Queryable, sendId: string, errorCode: string): Promise<void> {
  await tx.query({
    name: 'send-fail-reserved',
    text: `
      with clock as materialized (select clock_now() as at),
      failed as (
        update sends s set status = 'failed', error_code = $2, status_at = clock.at, settle_at = null
        from clock where s.send_id = $1 and s.status = 'reserved'
        returning s.send_id, s.profile_id, s.status_at, s.status, s.error_code
      )
      insert into send_changes (send_id, profile_id, at, status, error_code)
      select send_id, profile_id, status_at, status, error_code from failed`,
    values: [sendId, errorCode],
  });
}
