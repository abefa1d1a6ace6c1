import type { Queryable } from './database';

/** A decision of the gate as it was recorded, with the values that it saw then. */
export interface RecordedDecision {
  readonly at: Date;
  readonly enrollmentId: string;
  readonly journey: string;
  readonly version: number;
  readonly step: string;
  readonly occurrence: number;
  readonly message: string;
  readonly verdict: 'send' | 'suppressed' | 'deferred';
  readonly reason: string | null;
  readonly until: Date | null;
  readonly checks: readonly RecordedCheck[];
}

/** One check of a decision, as it was recorded. */
export interface RecordedCheck {
  readonly check: string;
  readonly result: string;
  readonly saw: { readonly [value: string]: unknown };
}

export interface DecisionQuery {
  readonly profileId: string;
  readonly message?: string | undefined;
  readonly journey?: string | undefined;
  readonly at: Date;
}

/** The last decision about a customer by an instant: backwards by index, month by month, to the first that fits. */
export async function findDecision(
  db: Queryable,
  { profileId, message, journey, at }: DecisionQuery,
): Promise<RecordedDecision | undefined> {
  const { rows } = await db.query<RecordedDecision>({
    name: 'decision-last',
    text: `select d.at, d.enrollment_id as "enrollmentId", e.journey, e.version, d.step, d.occurrence, d.message,
             d.verdict, d.reason, d.until, d.checks
           from decisions d join enrollments e on e.enrollment_id = d.enrollment_id
           where d.profile_id = $1 and d.at <= $2 and ($3::text is null or d.message = $3)
             and ($4::text is null or e.journey = $4)
           order by d.at desc, d.seq desc limit 1`,
    values: [profileId, at, message ?? null, journey ?? null],
  });
  return rows[0];
}

export type LaterDecision = Pick<RecordedDecision, 'at' | 'verdict' | 'reason' | 'until'>;

/** What was decided about the same step afterwards, first things first. */
export async function findLaterDecisions(
  db: Queryable,
  profileId: string,
  { enrollmentId, step, occurrence, at }: RecordedDecision,
): Promise<LaterDecision[]> {
  const { rows } = await db.query<LaterDecision>({
    name: 'decisions-later',
    text: `select at, verdict, reason, until from decisions
           where profile_id = $1 and at > $2 and enrollment_id = $3 and step = $4 and occurrence = $5
           order by at, seq limit 10`,
    values: [profileId, at, enrollmentId, step, occurrence],
  });
  return rows;
}

/** The step's row of the ledger with all it went through; instants are ISO 8601 in Postgres' precision. */
export interface SendStory {
  readonly sendId: string;
  readonly status: string;
  readonly providerSid: string | null;
  readonly errorCode: string | null;
  readonly changes: readonly {
    readonly at: string;
    readonly status: string;
    readonly errorCode: string | null;
  }[];
}

export async function findSendStory(
  db: Queryable,
  { enrollmentId, step, occurrence }: RecordedDecision,
): Promise<SendStory | undefined> {
  const { rows } = await db.query<SendStory>({
    name: 'send-story',
    text: `select s.send_id as "sendId", s.status, s.provider_sid as "providerSid", s.error_code as "errorCode",
             coalesce((
               select jsonb_agg(jsonb_build_object('at', c.at, 'status', c.status, 'errorCode', c.error_code)
                 order by c.seq)
               from send_changes c where c.send_id = s.send_id), '[]') as changes
           from sends s where s.enrollment_id = $1 and s.step = $2 and s.occurrence = $3`,
    values: [enrollmentId, step, occurrence],
  });
  return rows[0];
}
