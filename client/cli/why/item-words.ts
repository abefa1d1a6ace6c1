import { toLocal } from '../../../rules/time/local-time';
import type { Item } from '../../api/present';
import { checkWords, type RecordedCheck } from './check-words';

/** An item of a timeline in words: a line, and what is told below it. */
export interface ItemWords {
  readonly line: string;
  readonly below: readonly (readonly [label: string, text: string, refused: boolean])[];
}

/** @param zone IANA zone that instants are told in */
export function itemWords(item: Item, zone: string): ItemWords {
  const tell = tellers[item.kind];
  return { line: tell ? tell(item, zone) : JSON.stringify(item), below: below(item) };
}

type Teller = (item: Item, zone: string) => string;

const tellers: { readonly [kind: string]: Teller } = {
  event: ({ type, name, properties }) =>
    parts(type === 'track' ? name : [type, name].filter(Boolean).join(' '), values(properties)),
  enrollment: ({ journey, version, key, status, reason }) =>
    parts(`${text(journey)} v${text(version)} ${text(status)}`, reason, key && `key ${text(key)}`),
  decision: ({ message, step, verdict, reason, until }, zone) =>
    parts(
      `${text(message)} ${text(verdict)}${reason ? ` (${text(reason)})` : ''}`,
      until && `until ${local(text(until), zone)}`,
      step !== message && `step ${text(step)}`,
    ),
  send: ({ message, channel, status, errorCode, providerSid, body }) =>
    parts(
      `${text(message)} ${text(status)}`,
      errorCode && `error ${text(errorCode)}`,
      channel !== 'sms' && channel,
      providerSid,
      status === 'reserved' && JSON.stringify(body),
    ),
  outcome: ({ journey, outcome, value }) => parts(`${text(journey)} ${text(outcome)}`, values(value)),
  consent: ({ channel, group, key, from, to, source, reason, actor, note }) =>
    parts(
      `${text(channel)} ${text(from)} → ${text(to)}`,
      group && `topic ${text(group)}`,
      key,
      `by ${text(source)}`,
      reason && `(${text(reason)})`,
      note && `${text(actor)}: ${text(note)}`,
    ),
  stage: ({ from, to }) => (from ? `${text(from)} → ${text(to)}` : text(to)),
  identity: ({ change, type, value, reason }) =>
    parts(`${text(change)} ${text(type)}:${text(value)}`, reason),
};

function below({ kind, checks }: Item): ItemWords['below'] {
  if (kind !== 'decision' || !Array.isArray(checks)) return [];
  return (checks as readonly RecordedCheck[]).map((one) => [
    one.check.replaceAll('_', ' '),
    checkWords(one),
    one.result === 'refused',
  ]);
}

function parts(...given: readonly unknown[]): string {
  return given.filter((part) => typeof part === 'string' && part !== '').join('  ');
}

/** Longest text of properties; the rest is in `--json`. */
const LONGEST = 160;

function values(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null) return text(value);
  const told = Object.entries(value)
    .map(([name, one]) => `${name} ${text(one)}`)
    .join(', ');
  return told.length > LONGEST ? `${told.slice(0, LONGEST - 1)}…` : told;
}

function local(instant: string, zone: string): string {
  const { date, time } = toLocal(new Date(instant), zone);
  return `${date} ${time}`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
