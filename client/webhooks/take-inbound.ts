import type { Logger } from '../../config/logger';
import { mayBeStop } from '../../rules/doubtful-texts';
import { effectOf, isFreeStop, saysYes } from '../../rules/inbound-effect';
import { clockNow } from '../../store/clock';
import { lockCustomerOf } from '../../store/customer-lock';
import { type Database, tx } from '../../store/database';
import { insertInbound, settleDoubts } from '../../store/inbound';
import { isStopped, recordRefusedReopening, reopenAddress, stopAddress } from '../../store/suppressions';
import { HttpError } from '../http/http-error';
import { field, type Form, readAddress } from './form';

export interface InboundDeps {
  readonly db: Database;
  readonly log: Pick<Logger, 'info'>;
}

/**
 * Takes a text from a person. What it does to consent is committed when this resolves, which is before the webhook is
 * answered. No run notices: its next send asks the gate.
 */
export async function takeInbound({ db, log }: InboundDeps, form: Form): Promise<void> {
  const providerSid = field(form, 'MessageSid', 'SmsSid', 'SmsMessageSid');
  const from = field(form, 'From');
  if (providerSid === undefined || from === undefined) {
    throw new HttpError(400, 'bad_request', 'An inbound message has a MessageSid and a From.');
  }
  const body = field(form, 'Body') ?? '';
  const effect = effectOf(body, field(form, 'OptOutType'));
  const sender = readAddress(from);

  const isNew = await tx(db, async (queryable) => {
    const profileId = (await lockCustomerOf(queryable, 'phone', sender.address)) ?? null;
    const at = await clockNow(queryable);
    const to = { profileId, ...sender };
    const review = effect === 'none' && mayBeStop(body) && !(await isStopped(queryable, to));
    const message = { providerSid, profileId, from, to: field(form, 'To') ?? '', body, effect, review, at };
    if (!(await insertInbound(queryable, message))) return false;
    const wish = { source: 'inbound', wording: body } as const;
    if (effect === 'stop' || effect === 'start') await settleDoubts(queryable, to);
    if (effect === 'stop') await stopAddress(queryable, to, { ...wish, review: isFreeStop(body) });
    else if (effect === 'start') await reopenAddress(queryable, to, wish);
    else if (saysYes(body) && (await isStopped(queryable, to))) {
      await recordRefusedReopening(queryable, to, wish);
    }
    return true;
  });
  if (isNew) log.info({ providerSid, kind: 'inbound', action: effect }, 'a text came in');
}
