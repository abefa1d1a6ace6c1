import type { Logger } from '../../config/logger';
import { meaningOfCallback } from '../../rules/provider-codes';
import { afterReport } from '../../rules/send-status';
import { insertCallback } from '../../store/callbacks';
import { lockCustomerOfSend } from '../../store/customer-lock';
import { type Database, type Queryable, tx } from '../../store/database';
import { findSendId, lockSend, type ReportedSend, writeReport } from '../../store/send-reports';
import { recordRefusal } from '../../store/suppressions';
import { field, type Form, readAddress } from './form';

export interface StatusDeps {
  readonly db: Database;
  readonly log: Pick<Logger, 'error' | 'warn'>;
}

/**
 * Takes a status callback: keeps it, once, and moves its send's status if it says something new. One for a message we
 * do not know is kept too, since the ledger may be behind the provider.
 */
export async function takeStatus({ db, log }: StatusDeps, ourId: unknown, form: Form): Promise<void> {
  const providerSid = field(form, 'MessageSid', 'SmsSid');
  const status = field(form, 'MessageStatus', 'SmsStatus')?.toLowerCase();
  if (providerSid === undefined || status === undefined) {
    log.warn('a status callback without a message or a status was passed over');
    return;
  }
  const report = { providerSid, status, errorCode: field(form, 'ErrorCode') ?? null };
  const { isNew, send } = await tx(db, async (queryable) => {
    const sendId = isId(ourId) ? ourId : ((await findSendId(queryable, providerSid)) ?? null);
    const profileId = sendId === null ? undefined : await lockCustomerOfSend(queryable, sendId);
    const stored = await insertCallback(queryable, { ...report, sendId, form });
    if (!stored) return { isNew: false, send: undefined };
    const known = sendId === null ? undefined : await lockSend(queryable, sendId);
    const next = known && afterReport(known, report);
    if (known && next) await writeReport(queryable, known, next);
    if (report.errorCode !== null) {
      await closeAddress(queryable, report.errorCode, known, { profileId: profileId ?? null, form });
    }
    return { isNew: true, send: known };
  });
  if (isNew && report.errorCode !== null && meaningOfCallback(report.errorCode) === 'configuration') {
    log.error(
      { providerSid, code: report.errorCode, ...(send && { sendId: send.sendId }) },
      'the provider could not deliver for a reason on our side: look the code up and correct it',
    );
  }
}

async function closeAddress(
  queryable: Queryable,
  errorCode: string,
  send: ReportedSend | undefined,
  about: { profileId: string | null; form: Form },
): Promise<void> {
  const meaning = meaningOfCallback(errorCode);
  if (meaning === 'throttled' || meaning === 'later') return;
  const to = send ?? readAddress(field(about.form, 'To') ?? '');
  if (to.address === '') return;
  const { channel, address } = to;
  await recordRefusal(queryable, { profileId: about.profileId, channel, address }, meaning);
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
}
