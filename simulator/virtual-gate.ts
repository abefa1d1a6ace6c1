import { type Ask, type Judged, judge, type JudgeDeps } from '../activities/send/judge';
import { rendering } from '../activities/send/rendering';
import { survivorOf } from '../ingest/customer';
import { countSegments } from '../rules/segments';
import type { SendFacts } from '../store/send-facts';
import type { SendAnswer, SendRequest } from '../workflows/runtime/contract';
import type { VirtualPace } from './pace';
import type { SimulatedProject } from './project';
import type { Enrolled, LedgerEntry, VirtualRecord } from './record';
import { sendFacts } from './send-facts';

/** A refusal given by hand, in place of the gate's own verdict. */
export type Scripted =
  | {
      readonly verdict: 'suppressed';
      readonly reason: Extract<SendAnswer, { status: 'suppressed' }>['reason'];
    }
  | {
      readonly verdict: 'deferred';
      readonly reason: Extract<SendAnswer, { status: 'deferred' }>['reason'];
      readonly until: Date;
    };

export interface VirtualGateParts {
  /** As it stands when it is asked for: versions may be released meanwhile. */
  readonly project: () => SimulatedProject;
  readonly record: VirtualRecord;
  /** A refusal given by hand, if there is one for this ask. */
  readonly script: (message: string, profileId: string) => Scripted | undefined;
  /** Gives turns where the pace of senders counts. */
  readonly pace: VirtualPace | undefined;
}

/** As what is held for a turn is known by. */
export const pacedStepOf = ({ step, occurrence }: Pick<SendRequest, 'step' | 'occurrence'>): string =>
  `${step}/${occurrence}`;

/** The gate over what is known in memory, and what asking it leaves on record. */
export class VirtualGate {
  constructor(private readonly parts: VirtualGateParts) {}

  private get deps(): JudgeDeps {
    const project = this.parts.project();
    const { journeys, workspace } = project;
    return { catalog: project, journeys, workspace };
  }

  /** A step asks; `known` is its row, where it has asked before. */
  ask(enrolled: Enrolled, request: SendRequest, known: LedgerEntry | undefined, now: Date): Judged {
    const { record, script, pace } = this.parts;
    const scripted = script(request.message, survivorOf(enrolled.customer).profileId);
    const facts = sendFacts(record, enrolled, { step: pacedStepOf(request), send: known?.row, now });
    const judgement = scripted
      ? byHand(scripted, facts, request)
      : this.judge(facts, { turn: pace ? undefined : 'exempt', ...rendering(this.deps, request) });
    this.decide(enrolled, judgement);
    this.keep(enrolled, judgement, now);
    return judgement;
  }

  /** The same text is to go out once more. */
  askAgain(enrolled: Enrolled, entry: LedgerEntry, now: Date): Judged {
    const step = pacedStepOf(entry.request);
    const facts = sendFacts(this.parts.record, enrolled, { step, send: entry.row, now });
    const judgement = this.judge(facts, asWritten(entry));
    this.decide(enrolled, judgement);
    return judgement;
  }

  /** Nobody waits for another's ask, and a turn is there as soon as it is asked for. */
  private judge(facts: SendFacts, ask: Ask): Judged {
    const judgement = judge(this.deps, facts, ask);
    switch (judgement.outcome) {
      case 'yields':
        throw new Error('In memory an ask of the gate is judged at once');
      case 'needs_turn': {
        const { pace } = this.parts;
        if (!pace) throw new Error('Nobody gives turns here');
        return this.judge(facts, { ...ask, turn: pace.takeTurn(judgement.request, facts.now) });
      }
      default:
        return judgement;
    }
  }

  /** What a step has been refused before, for the same reason, is not written again: a step may be run anew. */
  private decide(enrolled: Enrolled, { outcome, decision }: Judged): void {
    const { decided } = enrolled;
    const { profileId, at, occurrence, ...shown } = decision;
    enrolled.held = decision.verdict === 'deferred' ? decision : undefined;
    const refusal = [decision.step, occurrence, decision.reason, decision.until?.getTime()].join(' ');
    if (outcome === 'refused' && decided.has(refusal)) return;
    decided.add(refusal);
    this.parts.record.tell(profileId, 'decision', at, shown);
  }

  private keep(enrolled: Enrolled, { verdict }: Judged, now: Date): void {
    const { marks } = this.parts.record;
    const customer = survivorOf(enrolled.customer);
    if (verdict.assigns.length > 0) marks.assign(customer, verdict.assigns);
    if (verdict.verdict !== 'deferred' && verdict.takes) marks.take(customer, enrolled, verdict.takes, now);
  }
}

function asWritten({ request, body, locale }: LedgerEntry): Ask {
  return {
    turn: 'exempt',
    content: () => ({ ok: true, locale, text: body, ...countSegments(body) }),
    ...request,
  };
}

function byHand(
  scripted: Scripted,
  { profileId, now }: { readonly profileId: string; readonly now: Date },
  { enrollmentId, step, occurrence, message, deadline }: SendRequest,
): Extract<Judged, { outcome: 'refused' }> {
  const expires =
    scripted.verdict === 'deferred' && deadline !== undefined && scripted.until.getTime() >= deadline;
  const refusal = expires ? ({ verdict: 'suppressed', reason: 'expired' } as const) : scripted;
  const checks = [{ check: 'script', result: 'refused', saw: {} }] as const;
  return {
    outcome: 'refused',
    verdict: { ...refusal, checks, arms: [], assigns: [] },
    decision: {
      profileId,
      enrollmentId,
      step,
      occurrence,
      message,
      verdict: refusal.verdict,
      reason: refusal.reason,
      until: refusal.verdict === 'deferred' ? refusal.until : null,
      checks,
      at: now,
    },
  } as Extract<Judged, { outcome: 'refused' }>;
}
