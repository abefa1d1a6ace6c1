import { styleText } from 'node:util';
import type { Database } from '../../store/database';
import { feedEnd, type FeedItem, readFeed } from '../../store/feed';

/** How far back a transaction that commits late can have drawn its numbers. */
const overlap = 1_000;
const everyMs = 400;
const most = 2_000;

/** Says one line for each thing that happens from now on, until stopped. */
export async function watch(db: Database, say: (line: string) => void): Promise<{ stop(): Promise<void> }> {
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
      for (const item of items) if (!said.has(item.seq)) say(line(item));
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

function line({ at, kind, profileId, words }: FeedItem): string {
  const who = profileId.slice(-8);
  return `${styleText('gray', `${at.toISOString()} ${who}`)} ${styleText(colors[kind], `${kind.padEnd(10)} ${words.join(' · ')}`)}`;
}
