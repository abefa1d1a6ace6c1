import { toLocal } from '../../../rules/time/local-time';
import type { Customer } from '../../api/customer';
import type { Item } from '../../api/present';
import type { Style } from '../terminal';
import { itemWords } from './item-words';

type Paint = (style: Style, text: string) => string;

/** Who this is, in a few lines. */
export function headline(
  { identifiers, stage, timezone, subscriptions, offers, experiments = [], lock }: Customer,
  paint: Paint,
): string[] {
  const lines = [
    paint('bold', identifiers.map(({ type, value }) => `${type}:${value}`).join('  ')),
    [stage ? `stage ${stage}` : 'never registered', timezone].join(' · '),
    ...subscriptions.map(
      ({ channel, key, group, status, source, at }) =>
        `${channel} ${status}${group ? ` to ${group}` : ''}  ${key}  by ${source} on ${at.slice(0, 10)}`,
    ),
    ...(lock ? [`held by ${lock.journey} until ${lock.until}`] : []),
    ...experiments.map(
      ({ experiment, arm, contaminated }) =>
        `${experiment === '*' ? 'all marketing and moments' : experiment}: ${arm}${contaminated ? ', contaminated' : ''}`,
    ),
    ...offers.map(({ name, status, expiresAt }) => `offer ${name} ${status}, expires ${expiresAt}`),
  ];
  return [...lines, ''];
}

/** The lines of a timeline, in the customer's own time, a heading for each day. Feed it items in their order. */
export function storyTeller(zone: string, paint: Paint): (item: Item) => string[] {
  let day = '';
  return (item) => {
    const { date, time, weekday } = toLocal(new Date(item.at), zone);
    const heading = date === day ? [] : [...(day ? [''] : []), paint('bold', `${weekdays[weekday]} ${date}`)];
    day = date;
    const { line, below } = itemWords(item, zone);
    const width = Math.max(0, ...below.map(([label]) => label.length));
    return [
      ...heading,
      `  ${paint('gray', time)}  ${paint(styleOf(item), item.kind.padEnd(KIND))}  ${line}`,
      ...below.map(([label, text, refused]) => {
        const told = `${' '.repeat(INDENT)}${refused ? '✗' : '✓'} ${label.padEnd(width)}  ${text}`;
        return paint(refused ? 'yellow' : 'gray', told);
      }),
    ];
  };
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const KIND = 'enrollment'.length;
/** Below the words of the line. */
const INDENT = 2 + 'HH:mm:ss'.length + 2 + KIND + 2;

function styleOf({ kind, verdict, status }: Item): Style {
  if (verdict === 'suppressed' || verdict === 'deferred' || status === 'refused') return 'yellow';
  if (status === 'failed' || status === 'undelivered' || status === 'unknown') return 'red';
  return styles[kind] ?? 'white';
}

const styles: { readonly [kind: string]: Style } = {
  event: 'white',
  enrollment: 'magenta',
  decision: 'blue',
  send: 'green',
  outcome: 'green',
  consent: 'cyan',
  stage: 'cyan',
  identity: 'gray',
};
