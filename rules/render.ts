import { type Locale, type MessageDefinition, type TemplateContext, locales } from '../catalog/define';
import { countSegments, type Segments } from './segments';

/** A message of the catalog, whatever data it takes. */
export type AnyMessage = Pick<MessageDefinition<never>, 'text' | 'topic' | 'maxSegments'>;

export interface Recipient {
  /** Trait `locale`, as it came. */
  readonly locale?: unknown;
  /** Trait `firstName`, as it came. */
  readonly firstName?: unknown;
  /** IANA zone that times and dates are shown in. */
  readonly zone: string;
}

export type Rendered =
  | ({ readonly ok: true; readonly locale: Locale; readonly text: string } & Segments)
  | {
      readonly ok: false;
      readonly locale: Locale;
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
  const locale = pickLocale(recipient.locale);
  const firstName = nameOf(recipient.firstName);
  const context = contextOf(locale, recipient.zone);
  const named = firstName && renderIn(message, locale, { ...data, ...context, firstName });
  if (named && (named.ok || named.problem !== 'too_long')) return named;
  return renderIn(message, locale, { ...data, ...context });
}

/** The locale of messages that fits a BCP 47 tag, in any spelling (`pt`, `pt_BR`, `pt-PT`); English where none does. */
export function pickLocale(tag: unknown): Locale {
  const [fallback] = locales;
  const language = typeof tag === 'string' ? languageOf(tag) : undefined;
  return locales.find((locale) => languageOf(locale) === language) ?? fallback;
}

const languageOf = (tag: string) => tag.trim().toLowerCase().split(/[-_]/, 1)[0];

function renderIn(message: AnyMessage, locale: Locale, context: TemplateContext): Rendered {
  let text: string;
  try {
    // Which data a message takes is checked where it is sent; here it is any message.
    text = message.text[locale](context as never);
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

function contextOf(locale: Locale, zone: string): TemplateContext {
  const { time, date } = formats[locale];
  return {
    time: (instant) => formatted(locale, zone, time, instant),
    date: (instant) => formatted(locale, zone, date, instant),
  };
}

const formats: { readonly [L in Locale]: { [K in 'time' | 'date']: Intl.DateTimeFormatOptions } } = {
  en: {
    time: { hour: 'numeric', minute: '2-digit' },
    date: { weekday: 'short', day: 'numeric', month: 'short' },
  },
  'pt-BR': {
    time: { hour: '2-digit', minute: '2-digit' },
    date: { weekday: 'short', day: '2-digit', month: '2-digit' },
  },
};

/** Written within GSM-7: Intl puts a narrow no-break space before PM, and writes `sáb.` for Saturday. */
function formatted(
  locale: Locale,
  zone: string,
  options: Intl.DateTimeFormatOptions,
  instant: string,
): string {
  const key = `${locale} ${zone} ${Object.keys(options).length}`;
  const formatter = formatters.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
  formatters.set(key, formatter);
  return formatter
    .format(new Date(instant))
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/\s/g, ' ')
    .replace('.,', ',');
}

const formatters = new Map<string, Intl.DateTimeFormat>();
