import type { Story, StoryLine } from './rehearsal';

/** Somebody whom two versions of a journey treat differently, and where their stories part. */
export interface Parting {
  readonly id: string;
  /** Absent where that side has nothing more to tell. */
  readonly left?: StoryLine;
  readonly right?: StoryLine;
  /** A bug in the code of a side, at which the run stands still; as it said itself. */
  readonly mistakes?: { readonly left?: string; readonly right?: string };
}

/** Where two stories of one person part; undefined when they are the same. The versions themselves are no difference. */
export function partingOf(left: Story, right: Story): Parting | undefined {
  const mistakes = {
    ...(left.mistake !== undefined && { left: left.mistake }),
    ...(right.mistake !== undefined && { right: right.mistake }),
  };
  const parting = { id: left.id, ...(Object.keys(mistakes).length > 0 && { mistakes }) };
  const length = Math.max(left.lines.length, right.lines.length);
  for (let at = 0; at < length; at++) {
    const [here, there] = [left.lines[at], right.lines[at]];
    if (textOf(here) !== textOf(there)) {
      return { ...parting, ...(here && { left: here }), ...(there && { right: there }) };
    }
  }
  return left.mistake === right.mistake ? undefined : parting;
}

/** What each side has to tell where the stories part. */
export function partingTexts({ left, right, mistakes = {} }: Parting): [left: string, right: string] {
  const text = (line: StoryLine | undefined, mistake: string | undefined) => {
    if (line) return lineText(line);
    return mistake === undefined ? 'nothing more' : `stands still: ${mistake}`;
  };
  return [text(left, mistakes.left), text(right, mistakes.right)];
}

/** `2027-02-02T20:33:07Z sent flash-reward-reminder` */
export function lineText({ at, journey, what, message, reason, until }: StoryLine): string {
  const about = [at.replace('.000Z', 'Z'), what, message ?? journey];
  if (reason) about.push(`(${reason})`);
  if (until) about.push(`to ${until.replace('.000Z', 'Z')}`);
  return about.join(' ');
}

function textOf(line: StoryLine | undefined): string {
  return line ? `${line.journey} ${lineText(line)}` : '';
}
