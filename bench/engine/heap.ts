import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { BareOptions, BareRound } from '../bare/process';
import { startChild } from '../lab/child';
import { chunks } from '../lab/chunks';
import { type Customer, customers, identifyCall } from '../lab/customers';
import type { Lab } from '../lab/lab';
import { crowded } from '../lab/time';
import { compared, type Pair, type Result, shown } from '../measure/result';
import { spreadOf } from '../measure/statistics';
import { jornadaChild, untilTexted } from './contenders';

/** Where runs fall asleep, and are counted. */
interface Dormitory {
  readonly name: string;
  /** Texts the customers, and has their runs wait for weeks. */
  lullToSleep(some: readonly Customer[]): Promise<void>;
  heapBytes(): Promise<number>;
  close(): Promise<void>;
}

/**
 * What a run of a journey that ships takes of the heap while it sleeps in the worker's cache, and what the least that can
 * sleep does: one text, one timer. In Temporal's debug mode workflows live in the main isolate, so that its heap holds all
 * that is kept for them.
 */
export async function heap(lab: Lab): Promise<Result[]> {
  const ours = await perSleeper(lab, await jornada(lab, 'all', { TEMPORAL_DEBUG: '1' }));
  const bare = await perSleeper(lab, await temporalAlone(lab));
  const outside = await perSleeper(lab, await jornada(lab, 'outside', {}));
  const rounds = ours.map(
    (kilobytes, round): Pair => ({ ours: kilobytes, baseline: bare[round] ?? Number.NaN }),
  );
  return [
    {
      ...compared({ measure: 'heap of a cached sleeping workflow', unit: 'KB', rounds }),
      target: '≤ 60 KB',
      met: spreadOf(ours).median <= 60,
    },
    {
      measure: 'of that, what the SDK keeps outside of the workflow',
      ours: shown(spreadOf(outside), 'KB'),
      baseline: '',
    },
  ];
}

/** They differ by a few kilobytes at most. */
const MOST_ROUNDS = 3;

/** Kilobytes, round by round. */
async function perSleeper(lab: Lab, where: Dormitory): Promise<number[]> {
  try {
    const count = lab.quick ? 200 : 300;
    const measured: number[] = [];
    const rounds = Math.min(lab.rounds, MOST_ROUNDS);
    let before = Number.NaN;
    // The first round also makes what is made once.
    for (let round = 0; round <= rounds; round++) {
      const some = customers(round * count, count);
      lab.provider.forget();
      await where.lullToSleep(some);
      await untilTexted(lab, some);
      const after = await where.heapBytes();
      if (round > 0) {
        measured.push((after - before) / count / 1_000);
        lab.say(`heap (${where.name}), ${count} more sleepers: ${measured.at(-1)?.toFixed(1)} KB each`);
      }
      before = after;
    }
    return measured;
  } finally {
    await where.close();
  }
}

/** Confirmed, and asleep until the day before their appointment. */
async function jornada(lab: Lab, name: string, env: NodeJS.ProcessEnv): Promise<Dormitory> {
  const { child, post, close } = await jornadaChild(
    lab,
    {
      databaseUrl: await lab.database(`bench_heap_${name}`),
      taskQueue: `bench-heap-${name}`,
      project: 'shipped',
    },
    env,
  );
  return {
    name,
    lullToSleep: (some) =>
      crowded(chunks(some, 100), 2, async (few) => {
        await post(few.map(identifyCall));
        await post(few.map(booked));
      }),
    heapBytes: () => child.ask<number>('heapBytes'),
    close,
  };
}

async function temporalAlone(lab: Lab): Promise<Dormitory> {
  const child = startChild(join(__dirname, '..', 'bare', 'process.js'), { TEMPORAL_DEBUG: '1' });
  const { temporalAddress, provider } = lab;
  const options: BareOptions = { temporalAddress, providerUrl: provider.url, taskQueue: 'bench-heap-bare' };
  await child.ask('start', options);
  return {
    name: 'bare',
    lullToSleep: async (some) => {
      const round: BareRound = { shape: 'asleep', phones: some.map(({ phone }) => phone) };
      await child.ask('run', round);
    },
    heapBytes: () => child.ask<number>('heapBytes'),
    close: () => child.stop(),
  };
}

function booked({ userId }: Customer): object {
  const appointmentId = randomUUID();
  const properties = { appointmentId, startsAt: new Date(Date.now() + 60 * 86_400_000).toISOString() };
  return { type: 'track', messageId: appointmentId, userId, event: 'Appointment Booked', properties };
}
