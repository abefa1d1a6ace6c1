import type { Lab } from '../lab/lab';
import { now, until } from '../lab/time';
import { compared, type Result } from '../measure/result';
import type { Contender, Contenders } from './contenders';

/** How many runs a second get from their event to their end when all events come at once. */
export async function burst(lab: Lab, contenders: Contenders): Promise<Result[]> {
  const count = lab.quick ? 200 : 300;
  const { jornada, textbook, eager } = contenders;
  const rounds: Record<'jornada' | 'textbook' | 'eager', number>[] = [];
  for (let round = 0; round <= lab.rounds; round++) {
    const one = {
      jornada: await measure(contenders, jornada, count),
      textbook: await measure(contenders, textbook, count),
      eager: await measure(contenders, eager, count),
    };
    // The first warms both sides up.
    if (round > 0) rounds.push(one);
    const told = Object.entries(one).map(([name, rate]) => `${name} ${rate.toFixed(0)}`);
    lab.say(`burst of ${count}, round ${round}: completed/s ${told.join(', ')}`);
  }
  const measured = 'journeys completed in a burst';
  return [
    compared({
      measure: measured,
      unit: '/s',
      rounds: rounds.map((one) => ({ ours: one.jornada, baseline: one.textbook })),
      target: { atLeast: 1.5 },
    }),
    compared({
      measure: `${measured}, against eager start + local activity`,
      unit: '/s',
      rounds: rounds.map((one) => ({ ours: one.jornada, baseline: one.eager })),
    }),
  ];
}

async function measure({ fresh }: Contenders, side: Contender, count: number): Promise<number> {
  const some = await fresh(count);
  const before = await side.completed();
  const begin = now();
  await side.begin(some);
  await until('all runs to end', async () => (await side.completed()) - before >= count);
  return (count * 1_000) / (now() - begin);
}
