import { rehearseInThreads } from '../../client/cli/rehearse/pool';
import { personOf } from '../../client/cli/rehearse/recorded';
import { selectProject } from '../../client/cli/rehearse/select-journeys';
import { generatedPerson } from '../../simulator/generated';
import type { Person } from '../../simulator/rehearsal';
import { openDatabase } from '../../store/database';
import { readRecordedPeople } from '../../store/recorded-people';
import type { Lab } from '../lab/lab';
import { now } from '../lab/time';
import { figure, type Result, shown } from '../measure/result';
import { spreadOf } from '../measure/statistics';
import { recordEvents } from './recorded-events';

const THREADS = 2;
const RUNS_A_SECOND = 2_000;
const DAY = 86_400_000;

/** Journeys rehearsed in two threads: ninety days of onboarding for people who do not exist, and what was recorded. */
export async function rehearsal(lab: Lab): Promise<Result[]> {
  return [await simulated(lab), ...(await backtested(lab))];
}

async function simulated(lab: Lab): Promise<Result> {
  // So many that the start of the threads, and code that is not warm yet, weigh little.
  const people = lab.quick ? 500 : 20_000;
  const from = new Date('2027-01-04T00:00:00Z');
  const span = { from, to: new Date(from.getTime() + 120 * DAY), seed: 'bench', tellStories: false };
  const project = await selectProject(['onboarding']);
  const generated = Array.from({ length: people }, (_, n) =>
    // All of them register in the first thirty days, and are new for ninety.
    generatedPerson(project, n, { seed: 'bench', from, days: 90 }),
  );
  const rates: number[] = [];
  for (let round = 0; round <= lab.rounds; round++) {
    const startedAt = now();
    let done = 0;
    await rehearseInThreads({ sides: [['onboarding']], span, threads: THREADS }, generated, (_, count) => {
      done += count;
    });
    const rate = (done / (now() - startedAt)) * 1_000;
    lab.say(`simulate, round ${round}: ${Math.round(rate)} runs/s`);
    if (round > 0) rates.push(rate);
  }
  const rate = spreadOf(rates);
  return {
    measure: 'ninety days of onboarding simulated, 2 threads',
    ours: shown(rate, '/s'),
    baseline: '',
    target: `≥ ${figure(RUNS_A_SECOND)}/s`,
    met: rate.median >= RUNS_A_SECOND,
  };
}

/** The same events by tenfold as many people: what it takes of memory must stay. */
async function backtested(lab: Lab): Promise<Result[]> {
  const events = lab.quick ? 20_000 : 1_000_000;
  const url = await lab.database('bench_backtest');
  const db = openDatabase(url, { max: 4 });
  try {
    const span = await recordEvents(db, events, lab.say);
    const tenth = {
      from: span.from,
      to: new Date(span.from.getTime() + (span.to.getTime() - span.from.getTime()) / 10),
    };
    await backtest(lab, db, tenth);
    const few = await backtest(lab, db, tenth);
    const all = await backtest(lab, db, span);
    return [
      {
        measure: `events backtested, 2 threads: ${figure(all.events)} of ${figure(all.people)} people`,
        ours: `${figure((all.events / all.ms) * 1_000)}/s`,
        baseline: '',
      },
      {
        measure: 'most memory of it, against a tenth of the events',
        ours: `${figure(all.rss)} MB`,
        baseline: `${figure(few.rss)} MB`,
        target: '≤ 1.5 ×',
        met: all.rss / few.rss <= 1.5,
      },
    ];
  } finally {
    await db.end();
  }
}

async function backtest(lab: Lab, db: ReturnType<typeof openDatabase>, span: { from: Date; to: Date }) {
  const orders = { sides: [['feature-how-to', 'onboarding']], threads: THREADS };
  const told = { ...span, seed: 'bench', tellStories: false };
  let [people, events, rss] = [0, 0, 0];
  const startedAt = now();
  await rehearseInThreads({ ...orders, span: told }, persons(db, span), ({ totals }, count) => {
    people += count;
    events += totals[0]?.events ?? 0;
    rss = Math.max(rss, process.memoryUsage.rss() / 1024 ** 2);
  });
  const ms = now() - startedAt;
  lab.say(
    `backtest: ${events} events of ${people} people in ${Math.round(ms)} ms, at most ${Math.round(rss)} MB`,
  );
  return { people, events, rss, ms };
}

async function* persons(
  db: ReturnType<typeof openDatabase>,
  span: { from: Date; to: Date },
): AsyncGenerator<Person> {
  for await (const person of readRecordedPeople(db, span)) yield personOf(person);
}
