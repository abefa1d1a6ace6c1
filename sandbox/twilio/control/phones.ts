import { parseAddress } from '../messages/address';
import { keywordOf } from '../inbound/keywords';
import { type Message, personOf } from '../messages/message';
import type { Conversation } from '../messages/message-store';
import { sandboxMessage } from './sandbox-message';
import type { SandboxState } from '../messages/state';

/** The phones by last activity, newest first: those whose number or texts contain what is searched for. */
export function listPhones(query: { search: string; limit: number }, state: SandboxState) {
  const wanted = query.search.trim().toLowerCase();
  const phones = state.messages.conversations();
  const found = wanted === '' ? phones : phones.filter((phone) => contains(phone, wanted));
  return {
    items: found.slice(0, query.limit).map((phone) => phoneItem(phone, state)),
    total: found.length,
  };
}

/** The newest messages of a phone, oldest first, and the cursor to those before them. */
export function phoneMessages(
  person: string,
  query: { before?: number | undefined; limit: number },
  state: SandboxState,
) {
  const before = query.before ?? Number.POSITIVE_INFINITY;
  const earlier = state.messages.conversation(person).filter((message) => message.seq < before);
  const shown = earlier.slice(-query.limit);
  const more = earlier.length > shown.length;
  return {
    items: shown.map((message) => ({
      person: personOf(message),
      seq: message.seq,
      ...sandboxMessage(message),
    })),
    optedOut: isStopped(person, state),
    ...(more && { previous: String(shown[0]?.seq) }),
  };
}

function phoneItem({ person, messages }: Conversation, state: SandboxState) {
  const last = messages.at(-1);
  return {
    phone: person,
    count: messages.length,
    optedOut: isStopped(person, state),
    ...(last && { last: { seq: last.seq, ...sandboxMessage(last) } }),
  };
}

/** Whether the sender this person last wrote STOP or START to is blocked. */
function isStopped(person: string, state: SandboxState): boolean {
  const word = state.messages
    .conversation(person)
    .findLast((message: Message) => message.direction === 'inbound' && isConsentWord(message.body));
  return word !== undefined && state.optOuts.has(person, word.to);
}

function isConsentWord(body: string): boolean {
  const keyword = keywordOf(body);
  return keyword === 'STOP' || keyword === 'START';
}

function contains(phone: Conversation, wanted: string): boolean {
  const digits = wanted.replace(/[\s().-]/g, '');
  const number = parseAddress(phone.person).number;
  if (/^\+?\d+$/.test(digits) && number.includes(digits)) return true;
  return phone.messages.some((message) => message.body.toLowerCase().includes(wanted));
}
