import { randomUUID } from 'node:crypto';
import { type AcceptedEvent, applyEvents } from '../../ingest';
import { shippedProject } from '../../project/project';
import type { Database } from '../../store/database';
import type { Lab } from '../lab/lab';
import { now, until } from '../lab/time';
import { compared, figure, type Result } from '../measure/result';
import { percentile } from '../measure/statistics';
import type { Record, Records } from './big-record';

const bigTables = ['identifiers', 'profiles', 'enrollments', 'sends'];

/** What it takes to find the open runs that an event concerns, and to tell them, by how many are open. */
export async function routing(lab: Lab, { small, big, userIds }: Records): Promise<Result[]> {
  const singles = lab.quick ? 100 : 300;
  const rounds: { one: [number, number]; many: [number, number] }[] = [];
  const scans = await sequentialScans(big.db);
  for (let round = 0; round <= lab.rounds; round++) {
    const one: [number, number] = [0, 0];
    const many: [number, number] = [0, 0];
    // Each goes first in every other round.
    for (const record of round % 2 ? [small, big] : [big, small]) {
      const side = record === big ? 0 : 1;
      one[side] = percentile(await timed(record, userIds, { times: singles, batchSize: 1 }), 50);
      many[side] = percentile(await timed(record, userIds, { times: 20, batchSize: 100 }), 50);
    }
    lab.say(
      `routing, round ${round}: ms an event ${one.map((ms) => ms.toFixed(2)).join(' of ')}, a hundred ${many.map((ms) => ms.toFixed(1)).join(' of ')}`,
    );
    if (round > 0) rounds.push({ one, many });
  }
  const scanned = (await sequentialScans(big.db)) - scans;
  lab.say(`routing: ${scanned} sequential scans of ${bigTables.join(', ')} in the big record`);
  const pairs = (which: 'one' | 'many') =>
    rounds.map(({ [which]: [ours, baseline] }) => ({ ours, baseline }));
  const open = `${figure(big.openRuns)} open runs against ${figure(small.openRuns)}`;
  const target = { atMost: 1.2 };
  return [
    compared({ measure: `routing one event: ${open}`, unit: 'ms', rounds: pairs('one'), target }),
    compared({ measure: `routing 100 events at once: ${open}`, unit: 'ms', rounds: pairs('many'), target }),
    {
      measure: `sequential scans of ${bigTables.join(', ')} meanwhile`,
      ours: String(scanned),
      baseline: '',
      target: '0',
      met: scanned === 0,
    },
  ];
}

/** Events that the runs of customers chosen at random listen to; milliseconds of each transaction. */
async function timed(
  { db }: Record,
  userIds: readonly string[],
  { times, batchSize }: { readonly times: number; readonly batchSize: number },
): Promise<number[]> {
  const project = shippedProject();
  const spent: number[] = [];
  for (let time = 0; time < times; time++) {
    const events = Array.from({ length: batchSize }, () => adopted(userIds));
    const startedAt = now();
    await applyEvents(db, project, events);
    spent.push(now() - startedAt);
  }
  await db.query('truncate outbox');
  return spent;
}

/** Their runs are told, and go on. */
function adopted(userIds: readonly string[]): AcceptedEvent {
  return {
    type: 'track',
    messageId: randomUUID(),
    name: 'Feature Adopted',
    eventVersion: 1,
    userId: userIds[Math.floor(Math.random() * userIds.length)] ?? '',
    properties: { feature: 'find-provider' },
    source: 'bench',
    originalTimestamp: new Date(),
    sentAt: new Date(),
  };
}

/** So far; Postgres counts them a moment later. */
async function sequentialScans(db: Database): Promise<number> {
  const read = async () => {
    const { rows } = await db.query<{ scans: number }>(
      'select sum(seq_scan)::int8 as scans from pg_stat_user_tables where relname = any($1)',
      [bigTables],
    );
    return rows[0]?.scans ?? 0;
  };
  let last = -1;
  let steadySince = now();
  await until('the statistics to stand still', async () => {
    const scans = await read();
    if (scans !== last) steadySince = now();
    last = scans;
    return now() - steadySince > 1_500;
  });
  return last;
}
