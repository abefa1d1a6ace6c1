import { createActivities } from '../../activities';
import type { MessagingProvider } from '../../activities/provider/provider';
import { createLogger } from '../../config/logger';
import { shippedProject } from '../../project/project';
import type { JourneyActivities } from '../../workflows/runtime/contract';
import { days } from '../../catalog/duration';
import type { Database } from '../../store/database';
import type { Lab } from '../lab/lab';
import { now } from '../lab/time';
import { compared, figure, type Result, shown } from '../measure/result';
import { percentile, spreadOf } from '../measure/statistics';
import type { Record, Records } from './big-record';
import { type Plan, plansOf } from './plans';

const TARGET_MS = 10;

/** One send with a provider that answers at once: the gate's questions, the ledger and the decision. */
export async function gate(lab: Lab, { enrollmentIds, ...records }: Records): Promise<Result[]> {
  const asks = lab.quick ? 200 : 500;
  const rounds: { small: number[]; big: number[] }[] = [];
  // The same asks in both.
  const small: Asked = { ...records.small, ask: asker(enrollmentIds) };
  const big: Asked = { ...records.big, ask: asker(enrollmentIds) };
  const measure = async ({ db, ask }: Asked) => {
    const { send } = activitiesOn(db);
    const spent: number[] = [];
    for (let time = 0; time < asks; time++) {
      const startedAt = now();
      await ask(send);
      spent.push(now() - startedAt);
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
  const p99 = spreadOf(rounds.map((one) => percentile(one.big, 99)));
  return [
    ...[50, 99].map((p) =>
      compared({
        measure: `one ask of the gate, p${p}: ${figure(big.sends)} sends on record against ${figure(small.sends)}`,
        unit: 'ms',
        rounds: rounds.map((one) => ({ ours: percentile(one.big, p), baseline: percentile(one.small, p) })),
        ...(p === 50 && { target: { atMost: 1.2 } }),
      }),
    ),
    {
      measure: `the same, p99 with ${figure(big.sends)} sends`,
      ours: shown(p99, 'ms'),
      baseline: '',
      target: `≤ ${TARGET_MS} ms`,
      met: p99.median <= TARGET_MS,
    },
    ...(await pages(lab, small, big)),
  ];
}

/** What does not depend on what else the machine does: the pages that an ask touches, and whether it reads whole tables. */
async function pages(lab: Lab, small: Asked, big: Asked): Promise<Result[]> {
  const asked = async ({ url, ask }: Asked) => {
    // What the first ones read beside, the catalogs of Postgres and its plans, is no part of an ask.
    const plans = await plansOf(url, async (db) => {
      const { send } = activitiesOn(db);
      for (let time = 0; time < WARM + MEASURED; time++) await ask(send);
    });
    const each = plans.length / (WARM + MEASURED);
    return plans.slice(WARM * each);
  };
  const plans = { small: await asked(small), big: await asked(big) };
  for (const [which, own] of Object.entries(plans)) {
    lab.keepPlans(`one ask of the gate, ${which} record`, own.slice(-own.length / MEASURED));
  }
  const touched = (some: readonly Plan[]) => some.reduce((sum, one) => sum + one.pages, 0) / MEASURED;
  const scanned = [...new Set(plans.big.flatMap((plan) => plan.scanned))];
  return [
    compared({
      measure: `pages that one ask touches, in ${Math.round(plans.big.length / MEASURED)} statements`,
      unit: 'pages',
      rounds: [{ ours: touched(plans.big), baseline: touched(plans.small) }],
      target: { atMost: 1.2 },
    }),
    {
      measure: 'tables that one ask reads from end to end',
      ours: scanned.length === 0 ? '0' : scanned.join(', '),
      baseline: '',
      target: '0',
      met: scanned.length === 0,
    },
  ];
}

interface Asked extends Record {
  /** For one run after the other, so that nobody's cap is full before everybody's is. */
  ask(send: JourneyActivities['send']): Promise<void>;
}

const WARM = 20;
const MEASURED = 20;

function asker(enrollmentIds: readonly string[]): Asked['ask'] {
  let asked = 0;
  return async (send) => {
    const answer = await send({
      enrollmentId: enrollmentIds[asked % enrollmentIds.length] ?? '',
      step: 'bench',
      occurrence: asked++,
      message: 'appointment-confirmation',
      data: { startsAt: '2030-01-02T15:00:00.000Z' },
    });
    const heldOut = answer.status === 'suppressed' && answer.reason === 'holdout';
    if (answer.status !== 'sent' && !heldOut)
      throw new Error(`The gate of the benchmark answered ${JSON.stringify(answer)}.`);
  };
}

async function bigFirst(measure: (record: Asked) => Promise<number[]>, small: Asked, big: Asked) {
  const first = await measure(big);
  return { small: await measure(small), big: first };
}

function activitiesOn(db: Database): JourneyActivities {
  const { workspace, journeys, ...catalog } = shippedProject();
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
    catalog,
    workspace: {
      ...workspace,
      // By day and by night the same.
      quietHours: { from: '00:00', to: '00:00' },
      // Counted, and never full.
      caps: [
        { purpose: 'marketing', channel: 'sms', most: 1_000, per: 'day' },
        { purpose: 'marketing', channel: 'sms', most: 1_000, per: days(7) },
      ],
    },
    // Everything that a policy may ask for.
    journeys: journeys.map((one) => ({
      ...one,
      policy: {
        ...one.policy,
        ...(one.policy.purpose === 'marketing' && { lock: { priority: 1, for: days(7) } }),
        holdout: { percent: 1 },
      },
    })),
    publicUrl: 'http://127.0.0.1',
    log: createLogger({ level: 'silent' }),
  });
}
