import { answerOf, mayBeAskedAgain, suppressionCode } from '../activities/send/answers';
import { conclusionOf } from '../activities/send/conclusion';
import { CHANNEL } from '../activities/send/gate-facts';
import type { Judged } from '../activities/send/judge';
import { survivorOf } from '../ingest/customer';
import { meaningOfCallback, type RefusalCause } from '../rules/provider-codes';
import { afterReport, type SendStatus } from '../rules/send-status';
import type { SendAnswer, SendRequest } from '../workflows/runtime/contract';
import { stop } from './consent';
import { endRun } from './end-run';
import { Ledger } from './ledger';
import { type VirtualProvider, sidOf } from './provider';
import type { Enrolled, LedgerEntry } from './record';
import { pacedStepOf, VirtualGate, type VirtualGateParts } from './virtual-gate';

export interface SendingParts extends VirtualGateParts {
  readonly newId: () => string;
  readonly now: () => Date;
  readonly provider: VirtualProvider;
  /** Does something at an instant, after the events and before the timers due then. */
  readonly later: (at: Date, work: () => Promise<void>) => void;
}

/** Asks the gate, hands over, and does what follows from the provider's answers: in memory. */
export class Sending {
  private readonly gate: VirtualGate;
  private readonly ledger: Ledger;

  constructor(private readonly parts: SendingParts) {
    this.gate = new VirtualGate(parts);
    this.ledger = new Ledger(parts);
  }

  send(request: SendRequest): SendAnswer {
    const enrolled = this.parts.record.enrolled(request.enrollmentId);
    const now = this.parts.now();
    const known = this.ledger.find(enrolled, request);
    if (known && !mayBeAskedAgain(known.row, now)) return answered(known);
    const heldBy = this.hold(enrolled, request, () => this.resumed(enrolled));
    if (heldBy) return { status: 'held', reason: heldBy, until: now.getTime() + HOLD_MS };
    const judgement = this.gate.ask(enrolled, request, known, now);
    if (judgement.outcome === 'refused') return this.refuse(enrolled, request, known, judgement.verdict);
    const entry = known ?? this.ledger.reserve(enrolled, request, judgement);
    if (known) this.ledger.reopen(enrolled, entry, judgement.content);
    this.handOver(enrolled, entry, 'submitting');
    return answered(entry);
  }

  sendResult(sendId: string): SendAnswer {
    const send = this.parts.record.sends.get(sendId);
    if (!send) throw new Error(`Nobody knows the send ${sendId}`);
    return answered(send.entry);
  }

  /** What holds a send back before the gate is asked; `goOn` when it does no longer. */
  private hold(
    { run }: Enrolled,
    { step, occurrence }: SendRequest,
    goOn: () => Promise<void>,
  ): 'paused' | 'halted' | undefined {
    const { holds } = this.parts.record;
    const { journey, enrollmentId } = run;
    const heldBy = run.status === 'open' ? holds.heldBy(journey) : null;
    if (heldBy === null) return undefined;
    holds.wait(`${enrollmentId} ${step}#${occurrence}`, { journey, goOn });
    return heldBy;
  }

  private async resumed({ live, run }: Enrolled): Promise<void> {
    if (run.status === 'open') await live?.tell([{ kind: 'resumed', at: this.parts.now().getTime() }]);
  }

  private refuse(
    enrolled: Enrolled,
    request: SendRequest,
    known: LedgerEntry | undefined,
    refusal: Extract<Judged, { outcome: 'refused' }>['verdict'],
  ): SendAnswer {
    const { run } = enrolled;
    const now = this.parts.now();
    if (refusal.verdict === 'deferred') {
      run.heldUntil = refusal.until;
      enrolled.pacedStep = refusal.reason === 'paced' ? pacedStepOf(request) : undefined;
      return { status: 'deferred', reason: refusal.reason, until: refusal.until.getTime() };
    }
    if (known) {
      const errorCode = suppressionCode(refusal.reason);
      this.ledger.change(enrolled, known, { status: 'failed', errorCode });
    }
    if (run.status !== 'open') return { status: 'ended' };
    if (refusal.ends) {
      endRun(this.parts.record, enrolled, { status: 'exited', reason: refusal.reason, at: now });
      return { status: 'ended' };
    }
    return { status: 'suppressed', reason: refusal.reason, at: now.getTime() };
  }

  private handOver(enrolled: Enrolled, entry: LedgerEntry, from: 'submitting' | 'unknown'): void {
    const { record, provider, project } = this.parts;
    const now = this.parts.now();
    const { sendId, creates, createdAt } = entry.row;
    const { address: to, body, request } = entry;
    const { message } = request;
    const answer = provider({ sendId, message, to, body, create: creates, at: now });
    const heldMs = record.holds.heldMs(enrolled.run.journey, createdAt, now);
    const waitedMs = Math.max(0, now.getTime() - createdAt.getTime() - heldMs);
    const conclusion = conclusionOf(answer.result, { from, waitedMs }, project().workspace);
    this.ledger.conclude(enrolled, entry, conclusion);
    if (answer.result.kind === 'refused') this.close(enrolled, entry, answer.result.cause);
    if (answer.report) this.take(enrolled, entry, answer.report);
    if (conclusion.status === 'unknown') {
      const { lookAfterMs, graceMs } = conclusion;
      const at = (ms: number) => new Date(now.getTime() + ms);
      if (answer.listed) this.parts.later(at(lookAfterMs), () => this.found(enrolled, entry));
      else this.parts.later(at(graceMs), () => this.endOfGrace(enrolled, entry));
    }
  }

  /** The provider's list shows a message whose create went unanswered. */
  private async found(enrolled: Enrolled, entry: LedgerEntry): Promise<void> {
    if (entry.row.status !== 'unknown') return;
    const providerSid = sidOf(entry.row.sendId);
    this.ledger.change(enrolled, entry, { status: 'sent', providerSid, sentAt: this.parts.now() });
    await this.settled(enrolled, entry);
  }

  /** Transactional is handed over once more, if the gate still lets it through; everything else has failed. */
  private async endOfGrace(enrolled: Enrolled, entry: LedgerEntry): Promise<void> {
    if (entry.row.status !== 'unknown') return;
    if (entry.purpose === 'transactional' && entry.row.creates < MOST_CREATES) {
      if (this.hold(enrolled, entry.request, () => this.endOfGrace(enrolled, entry))) return;
      const judgement = this.gate.askAgain(enrolled, entry, this.parts.now());
      if (judgement.outcome === 'allowed') {
        this.ledger.reopen(enrolled, entry, judgement.content);
        this.handOver(enrolled, entry, 'unknown');
        if (statusOf(entry) !== 'unknown') await this.settled(enrolled, entry);
        return;
      }
      if (judgement.verdict.verdict === 'deferred') {
        this.parts.later(judgement.verdict.until, () => this.endOfGrace(enrolled, entry));
        return;
      }
    }
    this.ledger.change(enrolled, entry, { status: 'failed', errorCode: 'unresolved' });
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
    this.ledger.change(enrolled, entry, { status: next.status, errorCode: next.errorCode });
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
}

/** What is held asks again by itself after so long. */
const HOLD_MS = 86_400_000;

/** Creates that may have been accepted, for one row. */
const MOST_CREATES = 2;

function statusOf(entry: LedgerEntry): string {
  return entry.row.status;
}

function answered({ row }: LedgerEntry): SendAnswer {
  const answer = answerOf(row);
  if (answer === 'in_flight') throw new Error('No create call is ever under way in memory');
  return answer;
}
