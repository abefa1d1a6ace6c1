import { type Database, openDatabase } from '../../store/database';

/** How Postgres carried out one statement. */
export interface Plan {
  /** As `explain (analyze, buffers)` words it, under the statement's text. */
  readonly text: string;
  /** Of 8 KB, touched in memory or read from disk. */
  readonly pages: number;
  /** Tables of any size that were read from end to end. */
  readonly scanned: readonly string[];
}

/** The plans of all statements that `work` has carried out on the database at `url`, in their order. */
export async function plansOf(url: string, work: (db: Database) => Promise<unknown>): Promise<Plan[]> {
  const telling = new URL(url);
  const settings = {
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_buffers': 'on',
    client_min_messages: 'log',
  };
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  telling.searchParams.set('options', options.join(' '));
  const db = openDatabase(telling.toString(), { max: 1 });
  const plans: Plan[] = [];
  db.on('connect', (client) => {
    client.on('notice', ({ message }) => {
      if (message?.includes('plan:')) plans.push(planOf(message));
    });
  });
  try {
    await work(db);
    return plans;
  } finally {
    await db.end();
  }
}

/** Tables that have one row, or a handful. */
const tiny = new Set(['clock', 'holds', 'journey_moves', 'pace_queues', 'outbox_lanes']);

function planOf(message: string): Plan {
  const text = message.slice(message.indexOf('plan:') + 'plan:'.length).trim();
  // The first line of buffers is the outermost node's, which holds those of all others.
  const buffers = /Buffers: shared(.*)/.exec(text)?.[1] ?? '';
  const counts = [...buffers.matchAll(/(?:hit|read)=(\d+)/g)].map(([, count]) => Number(count));
  const scanned = [...text.matchAll(/Seq Scan on (\w+)/g)].map(([, table = '']) => table);
  return {
    text,
    pages: counts.reduce((sum, count) => sum + count, 0),
    scanned: scanned.filter((table) => !tiny.has(table)),
  };
}
