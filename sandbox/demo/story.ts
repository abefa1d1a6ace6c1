import { toLocal } from '../../rules/time/local-time';
import type { CastMember } from './cast';
import type { Screen } from './print';
import type { TimelineItem } from './world';

const workspaceZone = 'America/New_York';

/** A customer's story in her own time, a line for each thing that a person would tell. */
export function story(
  member: CastMember,
  timeline: readonly TimelineItem[],
  paint: Screen['paint'],
): string[] {
  const lines = [`${paint('bold', member.name)}, ${member.story}`];
  let said = '';
  for (const item of attachedTogether(timeline)) {
    const told = tell(item, paint);
    if (told === undefined) continue;
    const { date, time } = toLocal(new Date(item.at), member.timezone ?? workspaceZone);
    const when = `${date} ${time}`;
    lines.push(`  ${paint('gray', when === said ? ' '.repeat(when.length) : when)}  ${told}`);
    said = when;
  }
  return lines;
}

/** Identifiers that came with one event, in one item. */
function attachedTogether(timeline: readonly TimelineItem[]): TimelineItem[] {
  const items: TimelineItem[] = [];
  for (const item of timeline) {
    const last = items.at(-1);
    const follows = last?.at === item.at && isAttached(last) && isAttached(item);
    if (follows) items.splice(-1, 1, { ...last, type: `${last.type}, ${item.type}` });
    else items.push(item);
  }
  return items;
}

const isAttached = ({ kind, change }: TimelineItem) => kind === 'identity' && change === 'attached';

function tell(item: TimelineItem, paint: Screen['paint']): string | undefined {
  const { journey, message, status, reason } = item;
  const because = reason === undefined ? '' : ` (${reason.replaceAll('_', ' ')})`;
  switch (item.kind) {
    case 'event':
      // A change of stage is an event too; it has a line of its own.
      return item.type === 'track' && item.name !== 'Lifecycle Stage Changed' ? `→ ${item.name}` : undefined;
    case 'stage':
      return paint('cyan', `stage ${item.to}`);
    case 'enrollment':
      return paint('magenta', `${journey} ${status}${because}`);
    case 'decision':
      return item.verdict === 'send' ? undefined : paint('yellow', `✗ ${message} ${item.verdict}${because}`);
    case 'send':
      return status === 'sent' ? paint('green', `✉ ${item.body}`) : undefined;
    case 'consent':
      return paint(
        'yellow',
        `${item.channel} ${item.to}${item.source === 'inbound' ? ', by her reply' : ''}`,
      );
    case 'outcome':
      return paint('green', item.outcome === 'goal' ? 'goal reached' : `outcome ${item.outcome}`);
    case 'identity':
      return isAttached(item) ? `known by ${item.type}` : undefined;
    default:
      return undefined;
  }
}
