import { checks } from '../../rules/gate/checks';
import type { Database } from '../../store/database';
import {
  findDecision,
  findLaterDecisions,
  findSendStory,
  type RecordedDecision,
  type SendStory,
} from '../../store/decision-search';
import { findHeldSendsOf } from '../../store/held-sends';
import { iso } from '../api/present';
import { answerWords } from './answer-words';
import {
  type Entrances,
  type JourneyAnswer,
  type JourneyDefinition,
  journeyAnswers,
} from './journey-answers';

export interface WhyQuestion {
  readonly profileId: string;
  /** Default: of any message. */
  readonly message?: string | undefined;
  /** Default: of any journey. */
  readonly journey?: string | undefined;
  /** What is answered is what was on record then, and up to a minute later. */
  readonly at: Date;
}

/** Why a customer did or did not get a message. Absent fields are left out; instants are ISO 8601. */
export interface WhyAnswer {
  readonly customer: string;
  readonly at: string;
  readonly message?: string;
  /** In a sentence. */
  readonly answer: string;
  /** The last decision about it by then, with the values it saw. */
  readonly decision?: DecisionAnswer;
  /** What became of the send that the decision was about, to this day. */
  readonly send?: SendAnswer;
  /** A send that waits, since the journey is paused or all sending halted. */
  readonly held?: {
    readonly since: string;
    readonly by: 'paused' | 'halted';
    readonly journey: string;
    readonly message: string;
  };
  /** How the customer stood with each journey that may be meant. */
  readonly journeys: readonly JourneyAnswer[];
}

export interface DecisionAnswer {
  readonly at: string;
  readonly enrollmentId: string;
  readonly journey: string;
  readonly version: number;
  readonly step: string;
  readonly message: string;
  readonly verdict: RecordedDecision['verdict'];
  readonly reason?: string;
  readonly until?: string;
  readonly checks: RecordedDecision['checks'];
  /** Checks that come after the first refusal. */
  readonly notAsked: readonly string[];
  /** What was decided about the same step later. */
  readonly later: readonly {
    readonly at: string;
    readonly verdict: string;
    readonly reason?: string;
    readonly until?: string;
  }[];
}

export interface SendAnswer {
  readonly sendId: string;
  readonly status: string;
  readonly providerSid?: string;
  readonly errorCode?: string;
  readonly changes: readonly { readonly at: string; readonly status: string; readonly errorCode?: string }[];
}

export async function why(
  db: Database,
  { journeys, audiences }: Entrances,
  { profileId, message, journey, at }: WhyQuestion,
): Promise<WhyAnswer> {
  const by = new Date(at.getTime() + MOMENT_MS);
  const [recorded, waiting] = await Promise.all([
    findDecision(db, { profileId, message, journey, at: by }),
    findHeldSendsOf(db, { profileId, at: by }),
  ]);
  const held = waiting.find(
    (one) => (message ?? one.message) === one.message && (journey ?? one.journey) === one.journey,
  );
  const meant = journeysMeant(journeys, { message, journey, decided: recorded?.journey });
  const [later, story, standing] = await Promise.all([
    recorded ? findLaterDecisions(db, profileId, recorded) : [],
    recorded ? findSendStory(db, recorded) : undefined,
    journeyAnswers(db, { journeys: meant, audiences }, { profileId, at: by }),
  ]);
  const facts = {
    ...(recorded && { decision: decisionAnswer(recorded, later) }),
    ...(story && { send: sendAnswer(story) }),
    ...(held && {
      held: {
        since: held.since.toISOString(),
        by: held.heldBy,
        journey: held.journey,
        message: held.message,
      },
    }),
    journeys: standing,
  };
  return {
    customer: profileId,
    at: at.toISOString(),
    ...(message !== undefined && { message }),
    answer: answerWords(facts),
    ...facts,
  };
}

/** Who asks by a clock on the wall means what was decided in that minute. */
const MOMENT_MS = 60_000;

/** The journey that is named, or decided; else those whose message it is by its name; else any. */
function journeysMeant(
  journeys: readonly JourneyDefinition[],
  {
    message,
    journey,
    decided,
  }: { message: string | undefined; journey: string | undefined; decided: string | undefined },
): readonly JourneyDefinition[] {
  const named = journey ?? decided;
  if (named !== undefined) return journeys.filter(({ id }) => id === named);
  const byName = journeys.filter(({ id }) => message === id || message?.startsWith(`${id}-`));
  return byName.length > 0 ? byName : journeys;
}

function decisionAnswer(
  { occurrence: _occurrence, at, reason, until, ...decision }: RecordedDecision,
  later: Awaited<ReturnType<typeof findLaterDecisions>>,
): DecisionAnswer {
  const last = checks.findIndex(({ name }) => name === decision.checks.at(-1)?.check);
  return {
    at: at.toISOString(),
    ...decision,
    ...outcome({ reason, until }),
    notAsked: decision.verdict === 'send' || last < 0 ? [] : checks.slice(last + 1).map(({ name }) => name),
    later: later.map((one) => ({ at: one.at.toISOString(), verdict: one.verdict, ...outcome(one) })),
  };
}

function outcome({ reason, until }: Pick<RecordedDecision, 'reason' | 'until'>) {
  return { ...(reason !== null && { reason }), ...(until && { until: until.toISOString() }) };
}

function sendAnswer({ sendId, status, providerSid, errorCode, changes }: SendStory): SendAnswer {
  return {
    sendId,
    status,
    ...(providerSid !== null && { providerSid }),
    ...(errorCode !== null && { errorCode }),
    changes: changes.map((change) => ({
      at: iso(change.at),
      status: change.status,
      ...(change.errorCode !== null && { errorCode: change.errorCode }),
    })),
  };
}
