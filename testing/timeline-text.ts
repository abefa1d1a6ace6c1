import type { TimelineItem } from '../simulator/timeline';

/** A timeline as a person reads it, one line an item; what only repeats another is left out. */
export function timelineText(items: readonly TimelineItem[]): string {
  const lines = items.flatMap((item) => {
    const words = wordsOf(item);
    return words === undefined ? [] : [`  ${secondOf(item.at)}  ${words}`];
  });
  return lines.length === 0 ? '  (nothing happened)' : lines.join('\n');
}

/** The same without refusals of a step that was executed anew and found its run over: no difference to anybody. */
export function whatCameOf(items: readonly TimelineItem[]): string {
  return timelineText(items.filter(({ kind, reason }) => kind !== 'decision' || reason !== 'ended'));
}

/** `2027-02-02T15:00:00Z`, with milliseconds where there are any. */
export function secondOf(at: string): string {
  return at.replace('.000Z', 'Z');
}

function wordsOf(item: TimelineItem): string | undefined {
  const text = (field: string): string => {
    const value = item[field];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const because = text('reason') && ` (${text('reason')})`;
  switch (item.kind) {
    case 'event': {
      if (text('name') === 'Lifecycle Stage Changed') return undefined;
      const properties = JSON.stringify(item['properties'] ?? {});
      return `→ ${text('name') || text('type')}${properties === '{}' ? '' : ` ${properties}`}`;
    }
    case 'enrollment':
      return `${text('journey')} ${text('status')}${because}`;
    case 'decision':
      if (text('verdict') === 'send') return undefined;
      return `${text('message')} ${text('verdict')}${because}${text('until') && ` to ${secondOf(text('until'))}`}`;
    case 'send': {
      const status = text('status');
      if (status === 'reserved' || status === 'submitting') return undefined;
      if (status === 'sent') return `✉ ${text('message')}`;
      return `  ${text('message')} ${status}${text('errorCode') && ` (${text('errorCode')})`}`;
    }
    case 'outcome':
      return `outcome ${text('outcome')} of ${text('journey')}`;
    case 'consent':
      return `${text('channel')}${text('group') && ` ${text('group')}`} ${text('to')}${because}`;
    case 'stage':
      return `stage ${text('to')}`;
    case 'identity':
      return `${text('type')} ${text('change')}${because}`;
  }
}
