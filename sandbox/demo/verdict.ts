import type { CastMember } from './cast';
import type { TimelineItem } from './world';

/** How far from its instant a text may leave in the demo: what a busy laptop may need, no more. */
const tolerance = 5_000;

/** What differs between what should have happened to a customer and what did; empty when all is well. */
export function differences(member: CastMember, timeline: readonly TimelineItem[]): string[] {
  const sent = timeline.filter((item) => item.kind === 'send' && item['status'] === 'sent');
  const ends = timeline
    .filter((item) => item.kind === 'enrollment' && !['entered', 'refused'].includes(String(item['status'])))
    .map((item) => `${item['journey']}: ${item['status']}`);
  const found: string[] = [];

  for (let i = 0; i < Math.max(sent.length, member.texts.length); i++) {
    const [expected, actual] = [member.texts[i], sent[i]];
    if (!expected)
      found.push(`${member.name} got ${actual?.['message']} at ${actual?.at}, which nobody asked for`);
    else if (!actual) found.push(`${member.name} never got ${expected[0]}, due at ${expected[1]}`);
    else if (
      actual['message'] !== expected[0] ||
      Math.abs(Date.parse(actual.at) - Date.parse(expected[1])) > tolerance
    ) {
      found.push(
        `${member.name} got ${actual['message']} at ${actual.at} instead of ${expected[0]} at ${expected[1]}`,
      );
    }
  }
  if (ends.join() !== member.ends.join()) {
    found.push(
      `${member.name}'s runs ended ${ends.join(', ') || 'not at all'} instead of ${member.ends.join(', ')}`,
    );
  }
  return found;
}
