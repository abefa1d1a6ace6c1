import { cpus } from 'node:os';
import { join } from 'node:path';
import { run } from '../../sandbox/process';
import { type Child, startChild } from '../lab/child';
import { cpuOfChildren } from '../lab/cpu';
import { chunks } from '../lab/chunks';
import { type Poster, poster } from '../lab/http';
import type { Lab } from '../lab/lab';
import { crowded, now } from '../lab/time';
import { segmentHeaders } from '../lab/write-key';
import { compared, type Pair, type Result, shown } from '../measure/result';
import { spreadOf } from '../measure/statistics';
import { type Call, eventsOf, identifyKnown, knownCount, type Mix } from './mixes';
import type { DirectRound, IngestOptions, Spent } from './process';

/** As many events as the door gathers for a transaction, and as many transactions at once. */
const batchSize = 200;
const lanes = 3;

interface IngestPair extends Pair {
  /** Events a transaction, on average. */
  readonly batch: number;
  /** Microseconds of CPU an event, of Node and Postgres together; NaN where the machine does not tell. */
  readonly cpu: Pair;
}

const mixes: readonly Mix[] = ['known customers', 'new customers'];

/** Events a second, by HTTP and without, against plain inserts of the rows that each round wrote. */
export async function ingest(lab: Lab): Promise<Result[]> {
  const writer = startChild(join(__dirname, 'process.js'));
  const options: IngestOptions = {
    databaseUrl: await lab.database('bench_ingest'),
    rawDatabaseUrl: await lab.database('bench_raw'),
  };
  const { url } = await writer.ask<{ url: string }>('start', options);
  const http = poster(url, segmentHeaders);
  try {
    await writer.ask('begin');
    await postAll(
      http,
      Array.from({ length: knownCount }, (_, index) => identifyKnown(index)),
    );
    await writer.ask('collect');
    await writer.ask('raw', { lanes });
    await writer.ask('checkpoint');
    const results = await rounds(lab, writer, http, '');
    if (!(await pin(lab.postgresPid, '0,1'))) return results;
    await pin(writer.pid, '0,1');
    await pin(process.pid, '2,3');
    return [...results, ...(await rounds(lab, writer, http, ', 2 cores'))];
  } finally {
    const all = `0-${cpus().length - 1}`;
    await pin(lab.postgresPid, all);
    await pin(process.pid, all);
    http.close();
    await writer.stop();
  }
}

async function rounds(lab: Lab, writer: Child, http: Poster, where: string): Promise<Result[]> {
  const count = lab.quick ? 4_000 : 20_000;
  const results: Result[] = [];
  for (const mix of mixes) {
    const ways: Record<'http' | 'direct', IngestPair[]> = { http: [], direct: [] };
    for (let round = 0; round <= lab.rounds; round++) {
      const pairs = {
        http: await byHttp(lab, writer, http, mix, count),
        direct: await direct(lab, writer, mix, count),
      };
      const told = Object.entries(pairs).map(
        ([way, { ours, baseline, batch, cpu }]) =>
          `${way} ${Math.round(ours)}/s of ${Math.round(baseline)}/s raw (${(ours / baseline).toFixed(2)}) by ${Math.round(batch)}, CPU ${Math.round(cpu.ours)} µs of ${Math.round(cpu.baseline)}`,
      );
      lab.say(
        `ingest of ${mix}${where}, ${round === 0 ? 'warming up' : `round ${round}`}: ${told.join(', ')}`,
      );
      if (round === 0) continue;
      ways.http.push(pairs.http);
      ways.direct.push(pairs.direct);
    }
    const measure = `ingest, ${mix}${where}`;
    const target = { atLeast: 0.8 };
    results.push(
      compared({ measure: `${measure}: POST /v1/batch`, unit: '/s', rounds: ways.http, target }),
      compared({ measure: `${measure}: applyEvents`, unit: '/s', rounds: ways.direct, target }),
    );
    const cpu = ways.direct.map((pair) => pair.cpu);
    if (where === '' && cpu.every(({ baseline }) => baseline > 0)) {
      results.push(
        compared({
          measure: `${measure}: CPU an event of Node and Postgres, applyEvents`,
          unit: 'µs',
          rounds: cpu,
        }),
      );
    }
    if (where === '') continue;
    const speed = spreadOf(ways.http.map(({ ours }) => ours));
    results.push({
      measure: `${measure}: POST /v1/batch, events/s`,
      ours: shown(speed, '/s'),
      baseline: '',
      target: '≥ 5,000/s',
      met: speed.median >= 5_000,
    });
  }
  return results;
}

async function byHttp(lab: Lab, writer: Child, http: Poster, mix: Mix, count: number): Promise<IngestPair> {
  const events = eventsOf(mix, count);
  return side(lab, writer, count, async () => {
    const before = await writer.ask<number>('cpu');
    const ms = await postAll(http, events);
    return { ms, cpu: (await writer.ask<number>('cpu')) - before };
  });
}

async function direct(lab: Lab, writer: Child, mix: Mix, count: number): Promise<IngestPair> {
  const round: DirectRound = { mix, count, batchSize, lanes };
  return side(lab, writer, count, () => writer.ask<Spent>('direct', round));
}

/** One round: our way, and then plain inserts of the rows that it wrote. */
async function side(
  lab: Lab,
  writer: Child,
  count: number,
  ourWay: () => Promise<Spent>,
): Promise<IngestPair> {
  const whole = async <Cost extends Spent>(work: () => Promise<Cost>): Promise<Cost> => {
    const before = cpuOfChildren(lab.postgresPid) ?? Number.NaN;
    const cost = await work();
    return { ...cost, cpu: cost.cpu + (cpuOfChildren(lab.postgresPid) ?? Number.NaN) - before };
  };
  await writer.ask('begin');
  const ours = await whole(ourWay);
  await writer.ask('collect');
  const raw = await whole(() => writer.ask<Spent & { transactions: number }>('raw', { lanes }));
  return {
    ours: (count * 1_000) / ours.ms,
    baseline: (count * 1_000) / raw.ms,
    batch: count / raw.transactions,
    cpu: { ours: ours.cpu / count, baseline: raw.cpu / count },
  };
}

/** Posts in calls of twenty, about what Segment's client gathers, forty at once; answers milliseconds. */
async function postAll(http: Poster, events: readonly Call[]): Promise<number> {
  const bodies = chunks(events, 20).map((batch) => JSON.stringify({ batch }));
  const startedAt = now();
  await crowded(bodies, 40, async (body) => {
    const answer = await http.post('/v1/batch', body);
    if (answer.includes('rejected')) throw new Error(`Events of the benchmark were rejected: ${answer}`);
  });
  return now() - startedAt;
}

/** Binds a process, its threads and the processes it will start to some cores; false where that cannot be done. */
async function pin(pid: number, cores: string): Promise<boolean> {
  const env = { PATH: process.env.PATH };
  const { code } = await run({ file: 'taskset', args: ['-acp', cores, String(pid)], env });
  return code === 0;
}
