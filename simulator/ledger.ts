import { CHANNEL } from '../activities/send/gate-facts';
import type { Judged } from '../activities/send/judge';
import { survivorOf } from '../ingest/customer';
import type { Conclusion, Content } from '../store/sends';
import type { SendRequest } from '../workflows/runtime/contract';
import type { Enrolled, LedgerEntry, VirtualRecord } from './record';

/** The rows of sends, in memory; every change of one is told. */
export class Ledger {
  constructor(
    private readonly parts: {
      readonly record: VirtualRecord;
      readonly newId: () => string;
      readonly now: () => Date;
    },
  ) {}

  /** The row of a step, if it has one. */
  find({ ledger }: Enrolled, request: SendRequest): LedgerEntry | undefined {
    return ledger.get(keyOf(request));
  }

  reserve(
    enrolled: Enrolled,
    request: SendRequest,
    { purpose, content }: Extract<Judged, { outcome: 'allowed' }>,
  ): LedgerEntry {
    const now = this.parts.now();
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

  /** Is to be handed over once more. */
  reopen(enrolled: Enrolled, entry: LedgerEntry, content: Content): void {
    Object.assign(entry, content);
    const status = entry.row.status === 'unknown' ? 'unknown' : 'submitting';
    entry.row = { ...entry.row, status, creates: entry.row.creates + 1, statusAt: this.parts.now() };
    this.show(enrolled, entry, 'submitting');
  }

  /** What came of handing it over. */
  conclude(enrolled: Enrolled, entry: LedgerEntry, conclusion: Conclusion): void {
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

  change(enrolled: Enrolled, entry: LedgerEntry, change: Partial<LedgerEntry['row']>): void {
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

function keyOf({ step, occurrence }: SendRequest): string {
  return `${step}#${occurrence}`;
}
