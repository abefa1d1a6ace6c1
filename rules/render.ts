import type { MessageDefinition, Template, TemplateContext } from '../catalog/define';
import { countSegments, type Segments } from './segments';

/** A message of the catalog, whatever data it takes, in whatever languages. */
export interface AnyMessage extends Pick<MessageDefinition<never>, 'topic' | 'maxSegments'> {
  readonly text: { readonly [locale: string]: Template<never> };
}

/** The languages of the workspace; the first is for whoever reads none of them. */
export type Locales = readonly [string, ...string[]];

export interface Recipient {
  readonly locales: Locales;
  /** Trait `locale`, as it came. */
  readonly locale?: unknown;
  /** Trait `firstName`, as it came. */
  readonly firstName?: unknown;
  /** IANA zone that times and dates are shown in. */
  readonly zone: string;
}

export type Rendered =
  | ({ readonly ok: true; readonly locale: string; readonly text: string } & Segments)
  | {
      readonly ok: false;
      readonly locale: string;
      /** `template`: it threw, as for data it misses; `empty`; `too_long`: more segments than it may take. */
      readonly problem: 'template' | 'empty' | 'too_long';
      readonly segments?: number;
    };

/** Segments of a message that declares no `maxSegments`. */
export const DEFAULT_MAX_SEGMENTS = 2;

/** The message's text for this recipient. A name that would make it longer than it may be is left out. */
export function render(
  message: AnyMessage,
  data: { readonly [name: string]: unknown },
  recipient: Recipient,
): Rendered {
  const locale = pickLocale(recipient.locale, recipient.locales);
  const firstName = nameOf(recipient.firstName);
  const context = contextOf(locale, recipient.zone);
  const named = firstName && renderIn(message, locale, Object.assign({}, data, context, { firstName }));
  if (named && (named.ok || named.problem !== 'too_long')) return named;
  return renderIn(message, locale, Object.assign({}, data, context));
}

/** The locale that fits a BCP 47 tag, in any spelling (`pt`, `pt_BR`, `pt-PT`); the first where none does. */
export function pickLocale(tag: unknown, locales: Locales): string {
  const language = typeof tag === 'string' ? languageOf(tag) : undefined;
  return locales.find((locale) => languageOf(locale) === language) ?? locales[0];
}

const languageOf = (tag: string) => tag.trim().toLowerCase().split(/[-_]/, 1)[0];

function renderIn(message: AnyMessage, locale: string, context: TemplateContext): Rendered {
  let text: string;
  try {
    // Which data a message takes is checked where it is sent; here it is any message.
    const template = message.text[locale];
    if (!template) return { ok: false, locale, problem: 'template' };
    text = template(context as never);
  } catch {
    // Data of a run that began before the template asked for more.
    return { ok: false, locale, problem: 'template' };
  }
  if (text.trim() === '') return { ok: false, locale, problem: 'empty' };
  const counted = countSegments(text);
  if (counted.segments > (message.maxSegments ?? DEFAULT_MAX_SEGMENTS)) {
    return { ok: false, locale, problem: 'too_long', segments: counted.segments };
  }
  return { ok: true, locale, text, ...counted };
}

function nameOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const name = value.normalize('NFC').replace(/[\p{C}\s]+/gu, ' ');
  return name.trim() || undefined;
}

function contextOf(locale: string, zone: string): TemplateContext {
  const { time, date } = formats[locale] ?? plain;
  return {
    time: (instant) => formatted(locale, zone, time, instant),
    date: (instant) => formatted(locale, zone, date, instant),
  };
}

type Formats = { readonly [K in 'time' | 'date']: Intl.DateTimeFormatOptions };

const plain: Formats = {
  time: { hour: 'numeric', minute: '2-digit' },
  date: { weekday: 'short', day: 'numeric', month: 'short' },
};

/** Where the plain ones read badly. */
const formats: { readonly [locale: string]: Formats } = {
  'pt-BR': {
    time: { hour: '2-digit', minute: '2-digit' },
    date: { weekday: 'short', day: '2-digit', month: '2-digit' },
  },
};

/** Written within GSM-7: Intl puts a narrow no-break space before PM, and writes `sáb.` for Saturday. */
function formatted(
  locale: string,
  zone: string,
  options: Intl.DateTimeFormatOptions,
  instant: string,
): string {
  const key = `${locale} ${zone} ${Object.keys(options).length}`;
  const formatter = formatters.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
  if (formatters.size >= MOST_FORMATTERS) formatters.clear();
  formatters.set(key, formatter);
  return formatter
    .format(new Date(instant))
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/\s/g, ' ')
    .replace('.,', ',');
}

const formatters = new Map<string, Intl.DateTimeFormat>();
/** For times and dates in two languages, in all zones there are. */
const MOST_FORMATTERS = 2_400;
