import { isRecipient, isSender, parseAddress } from '../messages/address';
import { type Form, field, fields } from './form';
import { magicRecipientError, magicSenderError } from './magic-numbers';
import { countSegments } from '../messages/segments';
import { type TwilioError, twilioError } from './twilio-errors';

/** A create call that is in order, read into what the sandbox needs of it. */
export interface CreateRequest {
  readonly to: string;
  readonly from: string | null;
  readonly serviceSid: string | null;
  readonly body: string;
  readonly numMedia: number;
  readonly segments: number;
  readonly statusCallback: string | null;
  readonly validitySeconds: number;
  /** Wall clock, ms. */
  readonly sendAt: number | null;
}

export type CheckedCreate =
  | { readonly ok: true; readonly request: CreateRequest }
  | { readonly ok: false; readonly error: TwilioError };

/** Checks a create call as Twilio does, first problem first. Opt-outs and queues are not its business. */
export function checkCreate(
  form: Form,
  context: { now: number; numbers: readonly string[]; ownNumbersOnly: boolean },
): CheckedCreate {
  const to = field(form, 'To');
  const from = field(form, 'From') ?? null;
  const serviceSid = field(form, 'MessagingServiceSid') ?? null;
  const schedule = readSchedule(form, context.now, serviceSid);
  const validity = field(form, 'ValidityPeriod') ?? '36000';
  const statusCallback = field(form, 'StatusCallback') ?? null;
  if (to === undefined) return refused(21604);
  const code =
    senderProblem(from, serviceSid, context) ??
    contentProblem(form) ??
    recipientProblem(to, from) ??
    (statusCallback !== null && !isWebhookUrl(statusCallback) ? 21609 : undefined) ??
    (/^\d{1,5}$/.test(validity) && Number(validity) >= 1 && Number(validity) <= 36_000 ? undefined : 21624) ??
    (schedule.ok ? undefined : schedule.code);
  if (code !== undefined || !schedule.ok) return refused(code ?? 35114);
  const body = contentOf(form);
  const numMedia = fields(form, 'MediaUrl').length;
  const smartEncoding = field(form, 'SmartEncoded') === 'true';
  return {
    ok: true,
    request: {
      to,
      from,
      serviceSid,
      body,
      numMedia,
      segments: countSegments(body, { media: numMedia, smartEncoding }),
      statusCallback,
      validitySeconds: Number(validity),
      sendAt: schedule.sendAt,
    },
  };
}

function refused(code: number): CheckedCreate {
  return { ok: false, error: twilioError(code) };
}

function senderProblem(
  from: string | null,
  serviceSid: string | null,
  context: { numbers: readonly string[]; ownNumbersOnly: boolean },
): number | undefined {
  if (from === null && serviceSid === null) return 21603;
  if (serviceSid !== null && !/^MG[0-9a-f]{32}$/i.test(serviceSid)) return 21705;
  if (from === null) return undefined;
  const magic = magicSenderError(from);
  if (magic !== undefined) return magic;
  if (!isSender(from)) return 21212;
  return context.ownNumbersOnly && !context.numbers.includes(parseAddress(from).number) ? 21606 : undefined;
}

function recipientProblem(to: string, from: string | null): number | undefined {
  if (!isRecipient(to)) return 21211;
  return magicRecipientError(to) ?? (to === from ? 21266 : undefined);
}

function contentProblem(form: Form): number | undefined {
  const body = field(form, 'Body');
  const media = fields(form, 'MediaUrl');
  const contentSid = field(form, 'ContentSid');
  if (body === undefined && media.length === 0 && contentSid === undefined) return 21602;
  if (body !== undefined && [...body].length > 1_600) return 21617;
  if (media.length > 10) return 21623;
  if (!media.every((url) => URL.canParse(url))) return 21620;
  if (contentSid !== undefined && !/^HX[0-9a-f]{32}$/i.test(contentSid)) return 21655;
  const variables = field(form, 'ContentVariables');
  return variables !== undefined && !isJsonObject(variables) ? 21656 : undefined;
}

/** The text, or a stand-in for a template: the sandbox has none of Twilio's content templates. */
function contentOf(form: Form): string {
  const body = field(form, 'Body');
  const contentSid = field(form, 'ContentSid');
  if (body !== undefined || contentSid === undefined) return body ?? '';
  return `[${contentSid}] ${field(form, 'ContentVariables') ?? ''}`.trimEnd();
}

type Schedule =
  | { readonly ok: true; readonly sendAt: number | null }
  | { readonly ok: false; readonly code: number };

function readSchedule(form: Form, now: number, serviceSid: string | null): Schedule {
  const type = field(form, 'ScheduleType');
  const sendAt = field(form, 'SendAt');
  if (type === undefined && sendAt === undefined) return { ok: true, sendAt: null };
  if (type !== 'fixed' || sendAt === undefined) return { ok: false, code: 35111 };
  if (serviceSid === null) return { ok: false, code: 35118 };
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/.test(sendAt)
    ? Date.parse(sendAt)
    : Number.NaN;
  const ahead = instant - now;
  // SendAt has whole seconds, so what was exactly 300 s when it was written is up to a second less here.
  const inWindow = ahead > earliestMs - 1_000 && ahead <= latestMs;
  return inWindow ? { ok: true, sendAt: instant } : { ok: false, code: 35114 };
}

const earliestMs = 300_000;
const latestMs = 35 * 86_400_000;

function isWebhookUrl(text: string): boolean {
  if (text.length > 4_000 || !URL.canParse(text)) return false;
  const url = new URL(text);
  return (url.protocol === 'http:' || url.protocol === 'https:') && !url.hostname.includes('_');
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
