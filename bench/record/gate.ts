import { createActivities } from '../../activities';
import type { MessagingProvider } from '../../activities/provider/provider';
import { createLogger } from '../../config/logger';
import { shippedProject } from '../../project/project';
import type { JourneyActivities } from '../../workflows/runtime/contract';
import type { Lab } from '../lab/lab';
import { now } from '../lab/time';
import { compared, figure, type Result } from '../measure/result';
import { percentile } from '../measure/statistics';
import type { Record, Records } from './big-record';

/** One send with a provider that answers at once: the gate's questions, the ledger and the decision. */
export async function gate(lab: Lab, { small, big, enrollmentIds }: Records): Promise<Result[]> {
  const asks = lab.quick ? 200 : 500;
  const rounds: { small: number[]; big: number[] }[] = [];
  let asked = 0;
  const measure = async (record: Record) => {
    const { send } = activitiesOn(record);
    const spent: number[] = [];
    for (let time = 0; time < asks; time++) {
      const startedAt = now();
      const answer = await send({
        enrollmentId: enrollmentIds[Math.floor(Math.random() * enrollmentIds.length)] ?? '',
        step: 'bench',
        occurrence: asked++,
        message: 'appointment-confirmation',
        data: { startsAt: '2030-01-02T15:00:00.000Z' },
      });
      spent.push(now() - startedAt);
      if (answer.status !== 'sent') throw new Error(`The gate of the benchmark answered ${answer.status}.`);
    }
    return spent;
  };
  for (let round = 0; round <= lab.rounds; round++) {
    const one =
      round % 2
        ? { small: await measure(small), big: await measure(big) }
        : await bigFirst(measure, small, big);
    const told = Object.entries(one).map(
      ([name, times]) => `${name} ${percentile(times, 50).toFixed(2)}/${percentile(times, 99).toFixed(2)}`,
    );
    lab.say(`gate, round ${round}: p50/p99 ms ${told.join(', ')}`);
    if (round > 0) rounds.push(one);
  }
  return [50, 99].map((p) =>
    compared({
      measure: `one ask of the gate, p${p}: ${figure(big.sends)} sends on record against ${figure(small.sends)}`,
      unit: 'ms',
      rounds: rounds.map((one) => ({ ours: percentile(one.big, p), baseline: percentile(one.small, p) })),
      ...(p === 50 && { target: { atMost: 1.2 } }),
    }),
  );
}

async function bigFirst(measure: (record: Record) => Promise<number[]>, small: Record, big: Record) {
  const first = await measure(big);
  return { small: await measure(small), big: first };
}

function activitiesOn({ db }: Record): JourneyActivities {
  const { events, messages, workspace, journeys } = shippedProject();
  let sids = 0;
  const provider: MessagingProvider = {
    createTimeoutMs: 10_000,
    create: async () => ({ kind: 'accepted', providerSid: `SMbench${process.hrtime.bigint()}${sids++}` }),
    listTo: async () => [],
    close: () => {},
  };
  return createActivities({
    pool: db,
    provider,
    catalog: { events, messages },
    // By day and by night the same.
    workspace: { ...workspace, quietHours: { from: '00:00', to: '00:00' } },
    // Nobody is asked for a consent that was not given.
    journeys: journeys.map((one) => ({ ...one, policy: { ...one.policy, purpose: 'transactional' } })),
    publicUrl: 'http://127.0.0.1',
    log: createLogger({ level: 'silent' }),
  });
}
