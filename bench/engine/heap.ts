import { randomUUID } from 'node:crypto';
import { chunks } from '../lab/chunks';
import type { Lab } from '../lab/lab';
import { customers, identifyCall, type Customer } from '../lab/customers';
import { crowded } from '../lab/time';
import { figure, type Result } from '../measure/result';
import { type Spread, spreadOf } from '../measure/statistics';
import { type JornadaChild, jornadaChild, untilTexted } from './contenders';

/**
 * What a run of a journey that ships takes of the heap while it sleeps in the worker's cache. In Temporal's debug mode
 * workflows live in the main isolate, so that its heap holds all that is kept for them; without, only the worker's part.
 */
export async function heap(lab: Lab): Promise<Result[]> {
  const all = await perSleeper(lab, 'all', { TEMPORAL_DEBUG: '1' });
  const workers = await perSleeper(lab, 'workers', {});
  const shown = ({ median, min, max }: Spread) => `${figure(median)} KB (${figure(min)}–${figure(max)})`;
  return [
    {
      measure: 'heap of a cached sleeping workflow',
      ours: shown(all),
      baseline: '',
      target: '≤ 60 KB',
      met: all.median <= 60,
    },
    { measure: 'of that, what the SDK keeps outside of the workflow', ours: shown(workers), baseline: '' },
  ];
}

async function perSleeper(lab: Lab, what: string, env: NodeJS.ProcessEnv): Promise<Spread> {
  const options = {
    databaseUrl: await lab.database(`bench_heap_${what}`),
    taskQueue: `bench-heap-${what}`,
    project: 'shipped',
  } as const;
  const jornada = await jornadaChild(lab, options, env);
  try {
    const count = lab.quick ? 200 : 300;
    const measured: number[] = [];
    // What is made once is made by the first of them.
    await sleepers(lab, jornada, customers(0, count));
    let before = await jornada.child.ask<number>('heapBytes');
    for (let round = 1; round <= lab.rounds; round++) {
      await sleepers(lab, jornada, customers(round * count, count));
      const after = await jornada.child.ask<number>('heapBytes');
      measured.push((after - before) / count / 1_000);
      before = after;
      lab.say(`heap (${what}), ${count} more sleepers: ${measured.at(-1)?.toFixed(1)} KB each`);
    }
    return spreadOf(measured);
  } finally {
    await jornada.close();
  }
}

/** Confirmed, and asleep until the day before their appointment. */
async function sleepers(lab: Lab, jornada: JornadaChild, some: readonly Customer[]): Promise<void> {
  lab.provider.forget();
  await crowded(chunks(some, 100), 2, async (few) => {
    await jornada.post(few.map(identifyCall));
    await jornada.post(few.map(booked));
  });
  await untilTexted(lab, some);
}

function booked({ userId }: Customer): object {
  const appointmentId = randomUUID();
  const properties = { appointmentId, startsAt: new Date(Date.now() + 60 * 86_400_000).toISOString() };
  return { type: 'track', messageId: appointmentId, userId, event: 'Appointment Booked', properties };
}
