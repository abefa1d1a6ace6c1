import type { Lab } from '../lab/lab';
import { compared, type Pair, type Result } from '../measure/result';
import { percentile } from '../measure/statistics';
import { type Contender, type Contenders, untilTexted } from './contenders';

const rates = [10, 20] as const;

/** From handing an event over (a POST for us, a signalWithStart for the bare workflow) until the provider is called. */
export async function latency(lab: Lab, contenders: Contenders): Promise<Result[]> {
  const { jornada, textbook, eager } = contenders;
  const results: Result[] = [];
  for (const rate of rates) {
    const count = lab.quick ? 40 : 100;
    const rounds: Record<'jornada' | 'textbook' | 'eager', number[]>[] = [];
    for (let round = 0; round <= lab.rounds; round++) {
      const one = {
        jornada: await measure(lab, contenders, jornada, rate, count),
        textbook: await measure(lab, contenders, textbook, rate, count),
        eager: await measure(lab, contenders, eager, rate, count),
      };
      // The first warms both sides up.
      if (round > 0) rounds.push(one);
      const told = Object.entries(one).map(
        ([name, times]) => `${name} ${percentile(times, 50).toFixed(0)}/${percentile(times, 99).toFixed(0)}`,
      );
      lab.say(`latency at ${rate}/s, round ${round}: p50/p99 ms ${told.join(', ')}`);
    }
    const at = (side: 'textbook' | 'eager', p: number): Pair[] =>
      rounds.map((one) => ({ ours: percentile(one.jornada, p), baseline: percentile(one[side], p) }));
    const named = (p: number) => `event → provider called, ${rate}/s, p${p}`;
    const unit = 'ms';
    results.push(
      compared({ measure: named(50), unit, rounds: at('textbook', 50) }),
      compared({ measure: named(99), unit, rounds: at('textbook', 99), target: { atMost: 1 } }),
      compared({
        measure: `${named(50)}, against eager start + local activity`,
        unit,
        rounds: at('eager', 50),
      }),
      compared({
        measure: `${named(99)}, against eager start + local activity`,
        unit,
        rounds: at('eager', 99),
      }),
    );
  }
  return results;
}

async function measure(
  lab: Lab,
  contenders: Contenders,
  side: Contender,
  rate: number,
  count: number,
): Promise<number[]> {
  const some = await contenders.fresh(count);
  lab.provider.forget();
  const startedAt = await side.begin(some, rate);
  await untilTexted(lab, some);
  return [...startedAt].map(([phone, at]) => (lab.provider.calledAt.get(phone) ?? Number.NaN) - at);
}
