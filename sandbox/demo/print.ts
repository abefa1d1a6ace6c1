import { styleText } from 'node:util';
import { toLocal } from '../../rules/time/local-time';
import type { CastMember } from './cast';
import type { TimelineItem } from './world';

const workspaceZone = 'America/New_York';

/** A customer's story, one line for each thing that a person would tell. */
export function story(member: CastMember, timeline: readonly TimelineItem[]): string {
  const zone = member.timezone ?? workspaceZone;
  const lines = timeline.flatMap((item) => {
    const told = tell(item);
    if (!told) return [];
    const { date, time } = toLocal(new Date(item.at), zone);
    return [`  ${styleText('gray', `${date} ${time}`)}  ${told}`];
  });
  return [`${styleText('bold', member.name)}, ${member.story}`, ...lines].join('\n');
}

function tell(item: TimelineItem): string | undefined {
  const field = (name: string) => {
    const value = item[name];
    return typeof value === 'string' ? value : '';
  };
  switch (item.kind) {
    case 'event':
      return item['type'] === 'track' && field('name') !== 'Lifecycle Stage Changed'
        ? `→ ${field('name')}`
        : undefined;
    case 'stage':
      return styleText('cyan', `stage ${field('to')}`);
    case 'enrollment':
      return styleText(
        'magenta',
        [field('journey'), field('status'), field('reason')].filter(Boolean).join(' · '),
      );
    case 'decision':
      return item['verdict'] === 'send'
        ? undefined
        : styleText('yellow', `${field('message')} ${field('verdict')} (${field('reason')})`);
    case 'send':
      return item['status'] === 'sent' ? styleText('green', `✉ ${field('body')}`) : undefined;
    case 'consent':
      return styleText('yellow', `consent ${field('from')} → ${field('to')} (${field('source')})`);
    case 'outcome':
      return styleText('green', `outcome ${field('outcome')}`);
    case 'identity':
      return item['change'] === 'attached' ? `+ ${field('type')}` : undefined;
    default:
      return undefined;
  }
}

/** Rows under headings, columns as wide as they need to be. */
export function table(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const all = [headings, ...rows].map((row) => row.map(String));
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('   ')
      .trimEnd();
  const [head = [], ...body] = all;
  return [styleText('bold', line(head)), ...body.map(line)].map((text) => `  ${text}`).join('\n');
}

/** One line that is redrawn on a terminal, and said every five seconds elsewhere. */
export function progressLine(label: string): (done: number, of: number) => void {
  const began = Date.now();
  let said = 0;
  return (done, of) => {
    const elapsed = (Date.now() - began) / 1000;
    const left = Math.round((elapsed / done) * (of - done));
    const text = `  ${label} ${done}/${of} · ${Math.round(elapsed)} s · ${left} s left`;
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${text}${done === of ? '\n' : ''}`);
    else if (done === of || Date.now() - said > 5_000) {
      said = Date.now();
      process.stdout.write(`${text}\n`);
    }
  };
}
