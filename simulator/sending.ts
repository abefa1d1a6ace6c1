import { answerOf, mayBeAskedAgain, suppressionCode } from '../activities/send/answers';
import { conclusionOf } from '../activities/send/conclusion';
import { CHANNEL } from '../activities/send/gate-facts';
import { type Ask, type Judged, judge, type JudgeDeps } from '../activities/send/judge';
import { rendering } from '../activities/send/rendering';
import { survivorOf } from '../ingest/customer';
import { meaningOfCallback, type RefusalCause } from '../rules/provider-codes';
import { countSegments } from '../rules/segments';
import { afterReport, type SendStatus } from '../rules/send-status';
import type { SendFacts } from '../store/send-facts';
import type { Conclusion, Content } from '../store/sends';
import type { SendAnswer, SendRequest } from '../workflows/runtime/contract';
import { stop } from './consent';
import type { SimulatedProject } from './project';
import { endRun } from './end-run';
import { type VirtualProvider, sidOf } from './provider';
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

export interface SendingParts {
  /** As it stands when it is asked for: versions may be released meanwhile. */
  readonly project: () => SimulatedProject;
  readonly record: VirtualRecord;
  readonly newId: () => string;
  readonly now: () => Date;
  readonly provider: VirtualProvider;
  /** A refusal given by hand, if there is one for this ask. */
  readonly script: (message: string, profileId: string) => Scripted | undefined;
  /** Does something at an instant, after the events and before the timers due then. */
  readonly later: (at: Date, work: () => Promise<void>) => void;
}

/** The gate, the ledger and what follows from the provider's answers, in memory. */
export class Sending {
  constructor(private readonly parts: SendingParts) {}

  send(request: SendRequest): SendAnswer {
    const { record } = this.parts;
    const enrolled = record.enrolled(request.enrollmentId);
    const now = this.parts.now();
    const known = enrolled.ledger.get(keyOf(request));
    if (known && !mayBeAskedAgain(known.row, now)) return answered(known);
    const heldBy = this.hold(enrolled, keyOf(request), () => this.resumed(enrolled));
    if (heldBy) return { status: 'held', reason: heldBy, until: now.getTime() + HOLD_MS };
    const scripted = this.parts.script(request.message, survivorOf(enrolled.customer).profileId);
    const facts = sendFacts(record, enrolled, known?.row, now);
    const judgement = scripted
      ? byHand(scripted, facts, request)
      : this.judge(facts, { ...rendering(this.deps, request), turn: 'exempt' });
    this.decide(enrolled, judgement);
    this.keep(enrolled, judgement, now);
    if (judgement.outcome === 'refused') return this.refuse(enrolled, known, judgement.verdict, now);
    const entry = known ?? this.reserve(enrolled, request, judgement, now);
    if (known) this.reopen(enrolled, entry, judgement.content, now);
    this.handOver(enrolled, entry, 'submitting');
    return answered(entry);
  }

  /** What holds a send back before the gate is asked; `goOn` when it does no longer. */
  private hold({ run }: Enrolled, key: string, goOn: () => Promise<void>): 'paused' | 'halted' | undefined {
    const { holds } = this.parts.record;
    const { journey, enrollmentId } = run;
    const heldBy = run.status === 'open' ? holds.heldBy(journey) : null;
    if (heldBy === null) return undefined;
    holds.wait(`${enrollmentId} ${key}`, { journey, goOn });
    return heldBy;
  }

  private async resumed({ live, run }: Enrolled): Promise<void> {
    if (run.status === 'open') await live?.tell([{ kind: 'resumed', at: this.parts.now().getTime() }]);
  }

  private get deps(): JudgeDeps {
    const project = this.parts.project();
    return { ...project, catalog: project };
  }

  /** The pace of senders is not simulated, and nobody waits for another's ask. */
  private judge(facts: SendFacts, ask: Ask): Judged {
    const judgement = judge(this.deps, facts, ask);
    if (judgement.outcome === 'yields' || judgement.outcome === 'needs_turn') {
      throw new Error('In memory an ask of the gate is judged at once');
    }
    return judgement;
  }

  private keep(enrolled: Enrolled, { verdict }: Judged, now: Date): void {
    const { marks } = this.parts.record;
    const customer = survivorOf(enrolled.customer);
    if (verdict.assigns.length > 0) marks.assign(customer, verdict.assigns);
    if (verdict.verdict !== 'deferred' && verdict.takes) marks.take(customer, enrolled, verdict.takes, now);
  }

  sendResult(sendId: string): SendAnswer {
    const send = this.parts.record.sends.get(sendId);
    if (!send) throw new Error(`Nobody knows the send ${sendId}`);
    return answered(send.entry);
  }

  /** What a step has been refused before, for the same reason, is not written again: a step may be run anew. */
  private decide({ decided }: Enrolled, { outcome, decision }: Judged): void {
    const { profileId, at, occurrence, ...shown } = decision;
    const refusal = [decision.step, occurrence, decision.reason, decision.until?.getTime()].join(' ');
    if (outcome === 'refused' && decided.has(refusal)) return;
    decided.add(refusal);
    this.parts.record.tell(profileId, 'decision', at, shown);
  }

  private refuse(
    enrolled: Enrolled,
    known: LedgerEntry | undefined,
    refusal: Extract<Judged, { outcome: 'refused' }>['verdict'],
    now: Date,
  ): SendAnswer {
    const { run } = enrolled;
    if (refusal.verdict === 'deferred') {
      run.heldUntil = refusal.until;
      return { status: 'deferred', reason: refusal.reason, until: refusal.until.getTime() };
    }
    if (known) this.fail(known, suppressionCode(refusal.reason), now);
    if (run.status !== 'open') return { status: 'ended' };
    if (refusal.ends) {
      endRun(this.parts.record, enrolled, { status: 'exited', reason: refusal.reason, at: now });
      return { status: 'ended' };
    }
    return { status: 'suppressed', reason: refusal.reason, at: now.getTime() };
  }

  private reserve(
    enrolled: Enrolled,
    request: SendRequest,
    { purpose, content }: Extract<Judged, { outcome: 'allowed' }>,
    now: Date,
  ): LedgerEntry {
    const entry: LedgerEntry = {
      request,
      purpose,
      ...content,
      row: {
        sendId: this.parts.newId(),
        status: 'reserved',
        providerSid: null,
        errorCode: null,
        creates: 0,
        createdAt: now,
        sentAt: null,
        statusAt: now,
        settleAt: null,
        settleUntil: null,
        sinceCreateMs: null,
      },
    };
    enrolled.ledger.set(keyOf(request), entry);
    this.parts.record.sends.set(entry.row.sendId, { enrolled, entry });
    this.show(enrolled, entry);
    this.change(enrolled, entry, { status: 'submitting', creates: 1 });
    return entry;
  }

  private reopen(enrolled: Enrolled, entry: LedgerEntry, content: Content, now: Date): void {
    Object.assign(entry, content);
    const status = entry.row.status === 'unknown' ? 'unknown' : 'submitting';
    entry.row = { ...entry.row, status, creates: entry.row.creates + 1, statusAt: now };
    this.show(enrolled, entry, 'submitting');
  }

  private handOver(enrolled: Enrolled, entry: LedgerEntry, from: 'submitting' | 'unknown'): void {
    const { provider, project } = this.parts;
    const now = this.parts.now();
    const { sendId, creates, createdAt } = entry.row;
    const { address: to, body, request } = entry;
    const { message } = request;
    const answer = provider({ sendId, message, to, body, create: creates, at: now });
    const heldMs = this.parts.record.holds.heldMs(enrolled.run.journey, createdAt, now);
    const waitedMs = Math.max(0, now.getTime() - createdAt.getTime() - heldMs);
    const conclusion = conclusionOf(answer.result, { from, waitedMs }, project().workspace);
    this.conclude(enrolled, entry, conclusion);
    if (answer.result.kind === 'refused') this.close(enrolled, entry, answer.result.cause);
    if (answer.report) this.take(enrolled, entry, answer.report);
    if (conclusion.status === 'unknown') {
      const { lookAfterMs, graceMs } = conclusion;
      const at = (ms: number) => new Date(now.getTime() + ms);
      if (answer.listed) this.parts.later(at(lookAfterMs), () => this.found(enrolled, entry));
      else this.parts.later(at(graceMs), () => this.endOfGrace(enrolled, entry));
    }
  }

  private conclude(enrolled: Enrolled, entry: LedgerEntry, conclusion: Conclusion): void {
    const now = this.parts.now();
    const after = (ms: number) => new Date(now.getTime() + ms);
    switch (conclusion.status) {
      case 'sent':
        this.change(enrolled, entry, { status: 'sent', providerSid: conclusion.providerSid, sentAt: now });
        break;
      case 'failed':
        this.change(enrolled, entry, { status: 'failed', errorCode: conclusion.errorCode });
        break;
      case 'reserved': {
        const creates = entry.row.creates - 1;
        const settleAt = after(conclusion.retryAfterMs);
        this.change(enrolled, entry, { status: 'reserved', creates, settleAt });
        break;
      }
      case 'unknown': {
        const creates = entry.row.creates - (conclusion.processed ? 0 : 1);
        const settleUntil = after(conclusion.graceMs);
        this.change(enrolled, entry, { status: 'unknown', creates, settleUntil });
        break;
      }
    }
  }

  /** The provider's list shows a message whose create went unanswered. */
  private async found(enrolled: Enrolled, entry: LedgerEntry): Promise<void> {
    if (entry.row.status !== 'unknown') return;
    const providerSid = sidOf(entry.row.sendId);
    this.change(enrolled, entry, { status: 'sent', providerSid, sentAt: this.parts.now() });
    await this.settled(enrolled, entry);
  }

  /** Transactional is handed over once more, if the gate still lets it through; everything else has failed. */
  private async endOfGrace(enrolled: Enrolled, entry: LedgerEntry): Promise<void> {
    const { record } = this.parts;
    if (entry.row.status !== 'unknown') return;
    if (entry.purpose === 'transactional' && entry.row.creates < MOST_CREATES) {
      if (this.hold(enrolled, keyOf(entry.request), () => this.endOfGrace(enrolled, entry))) return;
      const facts = sendFacts(record, enrolled, entry.row, this.parts.now());
      const judgement = this.judge(facts, asWritten(entry));
      this.decide(enrolled, judgement);
      if (judgement.outcome === 'allowed') {
        this.reopen(enrolled, entry, judgement.content, this.parts.now());
        this.handOver(enrolled, entry, 'unknown');
        if (statusOf(entry) !== 'unknown') await this.settled(enrolled, entry);
        return;
      }
      if (judgement.verdict.verdict === 'deferred') {
        this.parts.later(judgement.verdict.until, () => this.endOfGrace(enrolled, entry));
        return;
      }
    }
    this.change(enrolled, entry, { status: 'failed', errorCode: 'unresolved' });
    await this.settled(enrolled, entry);
  }

  private async settled({ live, run }: Enrolled, { row }: LedgerEntry): Promise<void> {
    if (run.status === 'open') await live?.tell([{ kind: 'settled', sendId: row.sendId }]);
  }

  private take(
    enrolled: Enrolled,
    entry: LedgerEntry,
    report: { readonly status: string; readonly errorCode: string | null },
  ): void {
    const { row } = entry;
    if (row.providerSid === null) return;
    const state = { ...row, status: row.status as SendStatus };
    const next = afterReport(state, { ...report, providerSid: row.providerSid });
    if (!next) return;
    this.change(enrolled, entry, { status: next.status, errorCode: next.errorCode });
    if (report.errorCode === null) return;
    const meaning = meaningOfCallback(report.errorCode);
    if (meaning === 'unreachable' || meaning === 'stopped') this.close(enrolled, entry, meaning);
  }

  /** What a refusal says about the number, if anything. */
  private close(enrolled: Enrolled, { address }: LedgerEntry, cause: RefusalCause): void {
    const { record } = this.parts;
    const at = this.parts.now();
    const about = { channel: CHANNEL, address, source: 'provider', at } as const;
    if (cause === 'stopped') stop(record, { ...about, customer: survivorOf(enrolled.customer) });
    if (cause !== 'unreachable' || record.isClosed(CHANNEL, address, 'unreachable')) return;
    record.close({ ...about, kind: 'unreachable' });
  }

  private fail(entry: LedgerEntry, errorCode: string, now: Date): void {
    const send = this.parts.record.sends.get(entry.row.sendId);
    entry.row = { ...entry.row, status: 'failed', errorCode, statusAt: now, settleAt: null };
    if (send) this.show(send.enrolled, entry);
  }

  private change(enrolled: Enrolled, entry: LedgerEntry, change: Partial<LedgerEntry['row']>): void {
    entry.row = { ...entry.row, settleAt: null, ...change, statusAt: this.parts.now() };
    this.show(enrolled, entry);
  }

  private show(enrolled: Enrolled, { row, request, body }: LedgerEntry, status = row.status): void {
    this.parts.record.tell(survivorOf(enrolled.customer).profileId, 'send', row.statusAt, {
      sendId: row.sendId,
      enrollmentId: enrolled.run.enrollmentId,
      step: request.step,
      message: request.message,
      channel: CHANNEL,
      status,
      providerSid: row.providerSid,
      errorCode: row.errorCode,
      body,
    });
  }
}

/** What is held asks again by itself after so long. */
const HOLD_MS = 86_400_000;

/** Creates that may have been accepted, for one row. */
const MOST_CREATES = 2;

function keyOf({ step, occurrence }: SendRequest): string {
  return `${step}#${occurrence}`;
}

function statusOf(entry: LedgerEntry): string {
  return entry.row.status;
}

function answered({ row }: LedgerEntry): SendAnswer {
  const answer = answerOf(row);
  if (answer === 'in_flight') throw new Error('No create call is ever under way in memory');
  return answer;
}

function asWritten({ request, body, locale }: LedgerEntry): Ask {
  return {
    ...request,
    turn: 'exempt',
    content: () => ({
      ok: true,
      locale,
      text: body,
      ...countSegments(body),
    }),
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
