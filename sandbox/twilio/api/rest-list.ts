import { type Form, field } from './form';
import type { Message } from '../messages/message';
import type { MessageStore } from '../messages/message-store';
import { messageResource } from './rest-resource';
import { type TwilioError, twilioError } from './twilio-errors';

type Listing =
  | { readonly ok: true; readonly body: object }
  | { readonly ok: false; readonly error: TwilioError };

/** The list of messages, newest first, as Twilio pages it: each page names the next by a token. */
export function listMessages(
  query: Form,
  context: { messages: MessageStore; accountSid: string; path: string },
): Listing {
  const filter = readFilter(query);
  if (!filter.ok) return filter;
  const size = Math.min(1_000, Math.max(1, integer(field(query, 'PageSize')) ?? 50));
  const token = field(query, 'PageToken');
  const before = token === undefined ? Number.POSITIVE_INFINITY : seqOf(token);
  if (before === undefined) return { ok: false, error: twilioError(20001, "Invalid 'PageToken'.") };
  const page = integer(field(query, 'Page')) ?? 0;
  // Without a token a page number counts from the newest message.
  const skip = token === undefined ? page * size : 0;

  const matches: Message[] = [];
  let skipped = 0;
  for (const message of candidates(filter, context.messages, before)) {
    if (!filter.accepts(message)) continue;
    if (skipped++ < skip) continue;
    matches.push(message);
    if (matches.length > size) break;
  }
  const shown = matches.slice(0, size);
  const last = shown.at(-1);
  const uri = (number: number, pageToken?: string) =>
    `${context.path}?${pageQuery(query, { size, page: number, ...(pageToken && { token: pageToken }) })}`;
  return {
    ok: true,
    body: {
      end: page * size + Math.max(0, shown.length - 1),
      first_page_uri: uri(0),
      messages: shown.map((message) => messageResource(message, context.accountSid)),
      next_page_uri: matches.length > size && last ? uri(page + 1, `PA${last.seq}`) : null,
      page,
      page_size: size,
      previous_page_uri: page > 0 ? uri(page - 1) : null,
      start: page * size,
      uri: uri(page, token),
    },
  };
}

interface Filter {
  readonly ok: true;
  readonly to: string | undefined;
  readonly from: string | undefined;
  accepts(message: Message): boolean;
}

function readFilter(query: Form): Filter | Extract<Listing, { ok: false }> {
  const to = field(query, 'To');
  const from = field(query, 'From');
  const on = dateRange(field(query, 'DateSent'));
  const until = dateRange(field(query, 'DateSent<'));
  const since = dateRange(field(query, 'DateSent>'));
  if (!on || !until || !since) return { ok: false, error: twilioError(20001, "Invalid 'DateSent'.") };
  return {
    ok: true,
    to,
    from,
    accepts: (message) => {
      if (to !== undefined && message.to !== to) return false;
      if (from !== undefined && message.from !== from) return false;
      if (on.any && until.any && since.any) return true;
      // What has not been sent has no DateSent, and so no filter on it lets it through.
      if (message.sentAt === null) return false;
      const { sentAt } = message;
      return (
        sentAt >= on.from && sentAt < on.to && sentAt >= since.from && (until.any || sentAt <= until.from)
      );
    },
  };
}

/** The store keeps conversations by person: at most one of the two is a person, and ours has more messages. */
function candidates(filter: Filter, messages: MessageStore, before: number): Iterable<Message> {
  const person = [filter.to, filter.from].find(
    (address) => address && messages.conversation(address).length > 0,
  );
  if (person === undefined) return messages.before(before);
  return messages
    .conversation(person)
    .filter((message) => message.seq < before)
    .reverse();
}

type DateRange = { readonly any: boolean; readonly from: number; readonly to: number };

/** A date is its whole day in UTC, an instant its whole second; absent, it is any time. */
function dateRange(text: string | undefined): DateRange | undefined {
  if (text === undefined) return { any: true, from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  const instant = Date.parse(text);
  if (Number.isNaN(instant)) return undefined;
  const length = /^\d{4}-\d\d-\d\d$/.test(text) ? 86_400_000 : 1_000;
  return { any: false, from: instant, to: instant + length };
}

function seqOf(token: string): number | undefined {
  const match = /^PA(\d{1,15})$/.exec(token);
  return match ? Number(match[1]) : undefined;
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function pageQuery(query: Form, page: { size: number; page: number; token?: string }): string {
  const filters = ['To', 'From', 'DateSent', 'DateSent<', 'DateSent>'].flatMap((name) => {
    const value = field(query, name);
    return value === undefined ? [] : [[name, value] as [string, string]];
  });
  const params = new URLSearchParams([
    ...filters,
    ['PageSize', String(page.size)],
    ['Page', String(page.page)],
  ]);
  if (page.token !== undefined) params.set('PageToken', page.token);
  return params.toString();
}
