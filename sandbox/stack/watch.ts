import type { Style } from '../../client/cli/terminal';
import { mask } from '../../config/mask';
import type { Database } from '../../store/database';
import { feedEnd, type FeedItem, readFeed } from '../../store/feed';

/** How far back a transaction that commits late can have drawn its numbers. */
const overlap = 1_000;
const everyMs = 400;
const most = 2_000;

type Paint = (style: Style, text: string) => string;

/** Says one line for each thing that happens from now on, until stopped. */
export async function watch(
  db: Database,
  say: (line: string) => void,
  paint: Paint,
): Promise<{ stop(): Promise<void> }> {
  const start = await feedEnd(db);
  let { seq: last, at } = start;
  let said = new Set<number>();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let round = Promise.resolve();

  const look = async () => {
    try {
      const after = { seq: Math.max(start.seq, last - overlap), at: new Date(at.getTime() - 60_000) };
      const items = await readFeed(db, after, most);
      for (const item of items) {
        const line = said.has(item.seq) ? undefined : feedLine(item, paint);
        if (line !== undefined) say(line);
      }
      said = new Set(items.map(({ seq }) => seq));
      last = Math.max(last, ...said);
      at = items.at(-1)?.at ?? at;
    } catch {
      // The database is away: whoever needs it says so. What happened meanwhile is told when it is back.
    }
    if (!stopped) timer = setTimeout(again, everyMs);
  };
  const again = () => {
    round = look();
  };
  again();

  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await round;
      clearTimeout(timer);
    },
  };
}

const colors = {
  event: 'white',
  enrollment: 'magenta',
  decision: 'yellow',
  send: 'green',
  outcome: 'green',
  consent: 'yellow',
  stage: 'cyan',
} as const;

/** Undefined for what is only on the way to something, or told by another line. */
export function feedLine({ at, kind, profileId, words, until }: FeedItem, paint: Paint): string | undefined {
  const what = tell(kind, words);
  if (what === undefined) return undefined;
  const told = mask(until ? `${what} until ${until.toISOString()}` : what);
  const head = paint('gray', `${at.toISOString()} ${profileId.slice(-8)}`);
  return `${head} ${paint(colors[kind], `${kind.padEnd(10)} ${told}`)}`;
}

function tell(kind: FeedItem['kind'], words: readonly string[]): string | undefined {
  const [first = '', second = '', ...rest] = words;
  switch (kind) {
    case 'event':
      // It has a line of its own, as `stage`.
      if (second === 'Lifecycle Stage Changed') return undefined;
      return first === 'track' ? second : words.join(' ');
    case 'stage':
      return words.join(' → ');
    case 'consent': {
      const [to = '', ...by] = rest;
      return `${first} ${second} → ${to}${inBrackets(by)}`;
    }
    case 'send':
      if ((second === 'reserved' || second === 'submitting') && rest.length === 0) return undefined;
      return `${first} ${second}${inBrackets(rest)}`;
    case 'enrollment':
    case 'decision':
    case 'outcome':
      return `${first} ${second}${inBrackets(rest)}`;
  }
}

const inBrackets = (words: readonly string[]) => (words.length > 0 ? ` (${words.join(', ')})` : '');
