import type { Pace, Sender } from '../../catalog/sending';
import { launchable, type LaunchDeps } from '../../ingest';
import { isTooManyForLaunch } from '../../rules/blast-guard';
import { messageCosts, type Sampled } from '../../rules/message-costs';
import type { QuietHours } from '../../rules/quiet-hours';
import { planSending, type SendingPlan } from '../../rules/sending-plan';
import { countEnterable, sampleEnterable } from '../../store/audiences';
import { clockNow } from '../../store/clock';
import { codesLeft } from '../../store/codes';
import type { Database } from '../../store/database';
import { lastEntered } from '../../store/launches';
import { HttpError } from '../http/http-error';
import { firstMessage, type Walkable } from './first-message';

/** What a launch is estimated by. */
export interface EstimateDeps extends LaunchDeps {
  readonly messages: { readonly [id: string]: Sampled };
  readonly workspace: LaunchDeps['workspace'] & {
    readonly locales: readonly [string, ...string[]];
    readonly quietHours: QuietHours;
    readonly pace: Pace;
    readonly senders: { readonly [name: string]: Sender };
  };
  readonly journeys: readonly (LaunchDeps['journeys'][number] & Partial<Walkable>)[];
}

/** Asks the gate, for these customers, about a message that they would be sent; answers how many fall to each refusal. */
export type Rehearse = (rehearsal: {
  readonly journey: string;
  readonly version: number;
  readonly message: string;
  readonly data: object;
  readonly profileIds: readonly string[];
}) => Promise<{ readonly [verdict: string]: number }>;

export interface Estimate {
  readonly journey: string;
  readonly audience: string;
  /** Who would enter now. */
  readonly expected: number;
  /** What the last launch entered; absent before the first. */
  readonly lastEntered?: number;
  /** Unique codes that are left of the offer it grants; absent where its offers have none. Entries beyond them are refused. */
  readonly codesLeft?: number;
  /** Whether so many would be held for approval. */
  readonly held: boolean;
  /** The message that is sent first; absent where the flow sends none without an answer of the customer's. */
  readonly message?: string;
  /** SMS segments of it, in the longest of its languages. */
  readonly segmentsEach: number;
  /** Segments a second that may be sent; absent: no limit. */
  readonly perSecond?: number;
  readonly plan: SendingPlan;
  /** What the gate would say now, of all or of so many taken by chance. */
  readonly gate?: {
    readonly asked: number;
    readonly of: number;
    readonly verdicts: { readonly [verdict: string]: number };
  };
}

/** Customers that the gate is asked about; more are judged by a sample of so many. */
const MOST_ASKED = 500;

/** What a launch would do if it began now. Nothing is changed by it. */
export async function estimateLaunch(
  db: Database,
  deps: EstimateDeps,
  {
    journey,
    message,
    rehearse,
  }: {
    readonly journey: string;
    readonly message?: string | undefined;
    readonly rehearse?: Rehearse | undefined;
  },
): Promise<Estimate> {
  const entry = launchable(deps, journey);
  const { version, purpose, sender = 'default', codes } = entry.definition.policy;
  const now = await clockNow(db);
  const [expected, last, first, left] = await Promise.all([
    countEnterable(db, entry, now),
    lastEntered(db, journey),
    message ?? walk(deps, journey, version),
    codes === undefined ? undefined : codesLeft(db, codes),
  ]);
  const { pace, senders, quietHours, timezone } = deps.workspace;
  const rates = [pace.segmentsPerSecond, senders[sender]?.segmentsPerSecond].filter(
    (rate) => rate !== undefined,
  );
  const perSecond = rates.length > 0 ? Math.min(...rates) : undefined;
  const segmentsEach = segmentsOf(deps, first);
  const plan = planSending({
    customers: Math.min(expected, left ?? expected),
    segmentsEach,
    perSecond,
    startAt: now,
    zone: timezone,
    quiet: purpose === 'transactional' ? undefined : quietHours,
  });
  const definition = first === undefined ? undefined : deps.messages[first];
  const sample = { now, limit: MOST_ASKED, of: expected };
  const profileIds = rehearse && definition ? await sampleEnterable(db, entry, sample) : [];
  return {
    journey,
    audience: entry.audience,
    expected,
    ...(last !== null && { lastEntered: last }),
    ...(left !== undefined && { codesLeft: left }),
    held: isTooManyForLaunch(expected, last),
    ...(first !== undefined && { message: first }),
    segmentsEach,
    ...(perSecond !== undefined && { perSecond }),
    plan,
    ...(rehearse &&
      first !== undefined &&
      definition && {
        gate: {
          asked: profileIds.length,
          of: expected,
          verdicts: await rehearse({ journey, version, message: first, data: definition.sample, profileIds }),
        },
      }),
  };
}

async function walk(deps: EstimateDeps, journey: string, version: number): Promise<string | undefined> {
  const found = deps.journeys.find(({ id, policy }) => id === journey && policy.version === version);
  return found?.flow && firstMessage({ flow: found.flow }, {});
}

function segmentsOf({ messages, workspace }: EstimateDeps, message: string | undefined): number {
  if (message === undefined) return 1;
  const definition = messages[message];
  if (!definition) throw new HttpError(404, 'message_not_found', `The catalog has no message ${message}.`);
  return Math.max(
    1,
    ...messageCosts({ [message]: definition }, workspace.locales).map(({ segments }) => segments),
  );
}
