import type { Message } from '../messages/message';
import { messageOf } from './twilio-errors';

const apiVersion = '2010-04-01';

/** A message as Twilio's API shows it: every field, strings where Twilio has strings. */
export function messageResource(message: Message, accountSid: string) {
  const uri = `/${apiVersion}/Accounts/${accountSid}/Messages/${message.sid}`;
  const senderChosen =
    message.from !== null && message.status !== 'scheduled' && message.status !== 'accepted';
  return {
    account_sid: accountSid,
    api_version: apiVersion,
    body: message.body,
    date_created: rfc2822(message.createdAt),
    date_sent: message.sentAt === null ? null : rfc2822(message.sentAt),
    date_updated: rfc2822(message.updatedAt),
    direction: message.direction,
    error_code: message.errorCode,
    error_message: message.errorCode === null ? null : messageOf(message.errorCode),
    from: message.from,
    messaging_service_sid: message.serviceSid,
    num_media: String(message.numMedia),
    // A service counts the parts when it has chosen the sender.
    num_segments: message.serviceSid === null || senderChosen ? String(message.segments) : '0',
    price: priceOf(message),
    price_unit: 'USD',
    sid: message.sid,
    status: message.status,
    subresource_uris: { media: `${uri}/Media.json` },
    to: message.to,
    uri: `${uri}.json`,
  };
}

/** `Thu, 24 Aug 2023 05:01:45 +0000` */
export function rfc2822(instant: number): string {
  return new Date(instant).toUTCString().replace('GMT', '+0000');
}

// Twilio prices a message once it is through; a tenth of a cent more or less is of no concern here.
function priceOf(message: Message): string | null {
  const priced =
    message.status === 'delivered' || message.status === 'undelivered' || message.status === 'read';
  return priced ? (-pricePerSegment * message.segments).toFixed(5) : null;
}

const pricePerSegment = 0.0083;
