import type { JourneyPolicy, Purpose } from '../../catalog/policy';
import { askGate, type Verdict } from '../../rules/gate/gate';
import type { Rendered } from '../../rules/render';
import { zonesOf } from '../../rules/time/zones';
import type { Decision } from '../../store/decisions';
import type { SendFacts } from '../../store/send-facts';
import type { Content } from '../../store/sends';
import type { StepKey } from '../../workflows/runtime/contract';
import type { ActivityDeps } from '../deps';
import { journeyVersionUnknown } from '../errors';

/** What the gate goes by besides the facts. */
export type JudgeDeps = Pick<ActivityDeps, 'catalog' | 'journeys' | 'workspace'>;

/** What is to be judged: a step that wants to send a message. */
export interface Ask extends StepKey {
  readonly message: string;
  /** Epoch milliseconds from which on the message is pointless. */
  readonly deadline?: number | undefined;
  /** Its text for a customer who is in `zone`; called only when nothing else refuses. */
  readonly content: (facts: SendFacts, zone: string) => Rendered;
}

/** The gate's answer, ready to be written down. */
export type Judgement = { readonly decision: Decision } & (
  | { readonly allowed: true; readonly purpose: Purpose; readonly content: Content }
  | { readonly allowed: false; readonly refusal: Exclude<Verdict, { verdict: 'send' }> }
);

/** Asks the gate, with the facts as they stand. Nothing is written here. */
export function judge(deps: JudgeDeps, facts: SendFacts, ask: Ask): Judgement {
  const { purpose, during } = policyOf(deps, facts);
  const zones = zonesOf({
    trait: facts.timezone,
    context: facts.contextTimezone,
    phone: facts.phone,
    workspace: deps.workspace.timezone,
  });
  const topic = deps.catalog.messages[ask.message]?.topic;
  let rendered: Rendered | undefined;

  const verdict = askGate({
    now: facts.now,
    purpose,
    deadline: ask.deadline === undefined ? undefined : new Date(ask.deadline),
    erased: facts.erased,
    consent: {
      channel: CHANNEL,
      address: facts.phone ?? undefined,
      topic: topic === undefined ? undefined : { name: topic },
      subscriptions: facts.subscriptions,
      suppressions: facts.suppressions,
    },
    enrollment: { status: facts.enrollmentStatus, reason: facts.enrollmentReason },
    lifecycle: { during, stage: facts.stage },
    quietHours: { zones: zones.candidates, region: facts.region, quiet: deps.workspace.quietHours },
    content: () => {
      rendered = ask.content(facts, zones.zone);
      return rendered;
    },
  });
  const decision = decisionOf(verdict, facts, ask);
  if (verdict.verdict !== 'send') return { decision, allowed: false, refusal: verdict };
  return { decision, allowed: true, purpose, content: contentOf(facts.phone, rendered) };
}

/** The one channel there is so far. */
export const CHANNEL = 'sms';

function policyOf(deps: JudgeDeps, { journey, version }: SendFacts): JourneyPolicy {
  const found = deps.journeys.find(({ id, policy }) => id === journey && policy.version === version);
  if (!found) throw journeyVersionUnknown(journey, version);
  return found.policy;
}

function decisionOf(verdict: Verdict, facts: SendFacts, ask: Ask): Decision {
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
