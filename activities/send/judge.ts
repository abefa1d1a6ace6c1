import type { JourneyPolicy, Purpose } from '../../catalog/policy';
import { askGate, type Verdict } from '../../rules/gate/gate';
import type { PaceFacts } from '../../rules/gate/pace';
import type { Rendered } from '../../rules/render';
import type { Decision } from '../../store/decisions';
import type { SendFacts } from '../../store/send-facts';
import type { Content } from '../../store/sends';
import type { StepKey } from '../../workflows/runtime/contract';
import type { ActivityDeps } from '../deps';
import { policyOf } from '../policy-of';
import { gateFacts, zonesOfCustomer } from './gate-facts';
import { paceLimits, type PaceRequest } from './pace-limits';

/** What the gate goes by besides the facts. */
export type JudgeDeps = Pick<ActivityDeps, 'catalog' | 'journeys' | 'workspace'>;

/** What is to be judged: a step that wants to send a message. */
export interface Ask extends StepKey {
  readonly message: string;
  /** Epoch milliseconds from which on the message is pointless. */
  readonly deadline?: number | undefined;
  /** Its turn in the sender's queue, if it has taken one. `exempt`: it goes without. */
  readonly turn: PaceFacts | 'exempt' | undefined;
  /** Its text for a customer who is in `zone`; called only when nothing else refuses. */
  readonly content: (facts: SendFacts, zone: string) => Rendered;
}

export type Judgement = Judged | Unjudged;

/** The gate's answer, ready to be written down. */
export type Judged = { readonly decision: Decision } & (
  | {
      readonly outcome: 'allowed';
      readonly verdict: Extract<Verdict, { verdict: 'send' }>;
      readonly purpose: Purpose;
      readonly content: Content;
      /** What it goes out from; the environment's where it is not said. */
      readonly sender: string | undefined;
    }
  | {
      readonly outcome: 'refused';
      readonly verdict: Extract<Verdict, { verdict: 'suppressed' | 'deferred' }>;
    }
);

/** Nothing is to be written down yet. */
export type Unjudged =
  /** Another journey goes before, which has not asked yet. */
  | { readonly outcome: 'yields' }
  /** Only its turn is missing. */
  | { readonly outcome: 'needs_turn'; readonly request: PaceRequest };

/** Asks the gate, with the facts as they stand. Nothing is written here. */
export function judge(deps: JudgeDeps, facts: SendFacts, ask: Ask): Judgement {
  const policy = policyOf(deps, facts);
  const sender = policy.sender ?? 'default';
  const limits = ask.turn === 'exempt' ? [] : paceLimits(deps.workspace, sender);
  const turn = ask.turn === 'exempt' ? undefined : (ask.turn ?? keptTurn(facts, limits));
  const zones = zonesOfCustomer(deps, facts);
  let rendered: Rendered | undefined;
  const content = () => {
    rendered ??= ask.content(facts, zones.zone);
    return rendered;
  };

  const verdict = askGate(
    gateFacts(deps, facts, {
      message: ask.message,
      deadline: ask.deadline,
      policy,
      zones,
      pace: turn,
      content,
    }),
  );
  if (verdict.verdict === 'yields') return { outcome: 'yields' };
  const decision = decisionOf(verdict, facts, ask);
  if (verdict.verdict !== 'send') return { outcome: 'refused', verdict, decision };
  const message = contentOf(facts.phone, rendered);
  if (limits.length > 0 && !turn) {
    const urgent = policy.purpose !== 'marketing';
    return { outcome: 'needs_turn', request: { limits, segments: message.segments, urgent } };
  }
  return {
    outcome: 'allowed',
    verdict,
    decision,
    purpose: policy.purpose,
    content: message,
    sender: senderAddress(deps, policy),
  };
}

/** A turn taken before, for which the step was held back, or still is; lapsed when it comes much too late. */
function keptTurn(
  { pacedUntil, now }: SendFacts,
  limits: Parameters<typeof narrowest>[0],
): PaceFacts | undefined {
  if (!pacedUntil || limits.length === 0) return undefined;
  return now.getTime() - pacedUntil.getTime() <= LAPSED_MS
    ? { slot: pacedUntil, segmentsPerSecond: narrowest(limits) }
    : undefined;
}

/** So late, what has piled up meanwhile takes its turns anew. */
const LAPSED_MS = 60_000;

function narrowest(limits: PaceRequest['limits']): number {
  return Math.min(...limits.map(({ segmentsPerSecond }) => segmentsPerSecond));
}

function senderAddress({ workspace }: JudgeDeps, { sender = 'default' }: JourneyPolicy): string | undefined {
  return workspace.senders[sender]?.from;
}

function decisionOf(verdict: Exclude<Verdict, { verdict: 'yields' }>, facts: SendFacts, ask: Ask): Decision {
  return {
    profileId: facts.profileId,
    enrollmentId: ask.enrollmentId,
    step: ask.step,
    occurrence: ask.occurrence,
    message: ask.message,
    verdict: verdict.verdict,
    reason: verdict.verdict === 'send' ? null : verdict.reason,
    until: verdict.verdict === 'deferred' ? verdict.until : null,
    checks: verdict.checks,
    at: facts.now,
  };
}

function contentOf(phone: string | null, rendered: Rendered | undefined): Content {
  if (phone === null || !rendered?.ok)
    throw new Error('The gate let a message through that has no text or no way');
  return { address: phone, locale: rendered.locale, body: rendered.text, segments: rendered.segments };
}
