import type { CastMember, Due } from './cast';
import type { TimelineItem } from './world';

/** How far from its instant something may happen in the demo: what a busy laptop may need, no more. */
const toleranceMs = 5_000;

/** What differs between what should have happened to a customer and what did; empty when all is well. */
export function differences(member: CastMember, timeline: readonly TimelineItem[]): string[] {
  const { name, texts, suppressed = [] } = member;
  const sends = timeline.filter(({ kind }) => kind === 'send');
  const sent = sends.filter(({ status }) => status === 'sent');
  const refused = timeline.filter(({ kind, verdict }) => kind === 'decision' && verdict === 'suppressed');
  const undelivered = sent.filter(
    ({ sendId }) => !sends.some((other) => other.sendId === sendId && other.status === 'delivered'),
  );
  const ends = timeline
    .filter(({ kind, status }) => kind === 'enrollment' && status !== 'entered' && status !== 'refused')
    .map(({ journey, status }) => `${journey}: ${status}`);

  const found = [
    ...compare(texts, sent, (what) => `${name} should have got ${what}`),
    ...undelivered.map(({ message }) => `${name} should have had ${message} delivered: it was not`),
    ...compare(suppressed, refused, (what) => `${name} should have been spared ${what}`),
  ];
  if (ends.join() !== member.ends.join()) {
    found.push(
      `${name}'s runs should have ended ${list(member.ends) || 'not at all'}: they ended ${list(ends) || 'not at all'}`,
    );
  }
  return found;
}

function compare(due: readonly Due[], actual: readonly TimelineItem[], should: (what: string) => string) {
  return Array.from({ length: Math.max(due.length, actual.length) }, (_, i) => {
    const [expected, was] = [due[i], actual[i]];
    const wasWhat = was ? `${was.message} at ${was.at}` : 'nothing';
    if (!expected) return `${should('nothing more')}: it was ${wasWhat}`;
    const [message, at] = expected;
    const isSame = was?.message === message && Math.abs(Date.parse(was.at) - Date.parse(at)) <= toleranceMs;
    return isSame ? [] : `${should(`${message} at ${at}`)}: it was ${wasWhat}`;
  }).flat();
}

const list = (texts: readonly string[]) => texts.join(', ');
