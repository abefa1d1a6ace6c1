import { why as answerWhy } from '../../client/why/why';
import { shippedProject } from '../../project/project';
import { type Database, openDatabase } from '../../store/database';
import { ensurePartition } from '../../store/partitions';
import type { Lab } from '../lab/lab';
import { now } from '../lab/time';
import { figure, type Result, shown } from '../measure/result';
import { percentile, spreadOf } from '../measure/statistics';
import { plansOf } from './plans';

const months = 13;
/** Of each customer in each month. */
const decisionsEach = 8;

/** What a person waits for who asks why: the p95 of an answer among ten million decisions of thirteen months. */
export async function why(lab: Lab): Promise<Result[]> {
  const customers = lab.quick ? 1_000 : 97_000;
  const decisions = customers * months * decisionsEach;
  lab.say(`making a record of ${decisions} decisions`);
  const url = await lab.database('bench_why');
  const db = openDatabase(url, { max: 4 });
  try {
    await fill(db, customers);
    const questions = lab.quick ? 100 : 300;
    const rounds: number[] = [];
    for (let round = 0; round <= lab.rounds; round++) {
      const spent: number[] = [];
      for (let question = 0; question < questions; question++) spent.push(await ask(db, customers));
      lab.say(
        `why, round ${round}: p50/p95 ms ${percentile(spent, 50).toFixed(2)}/${percentile(spent, 95).toFixed(2)}`,
      );
      if (round > 0) rounds.push(percentile(spent, 95));
    }
    lab.keepPlans('one answer of why', await plansOf(url, (telling) => ask(telling, customers)));
    const spread = spreadOf(rounds);
    return [
      {
        measure: `why, p95: a person, a message and a time among ${figure(decisions)} decisions`,
        ours: shown(spread, 'ms'),
        baseline: '',
        target: `≤ ${TARGET_MS} ms`,
        met: spread.median <= TARGET_MS,
      },
    ];
  } finally {
    await db.end();
  }
}

const TARGET_MS = 200;

const project = shippedProject();

async function ask(db: Database, customers: number): Promise<number> {
  const profileId = idOf('a', Math.floor(Math.random() * customers));
  const at = new Date(Date.now() - Math.random() * (months - 1) * 30 * 86_400_000);
  // Some of them were never decided about: then all months are looked through.
  const message = `onboarding-${1 + Math.floor(Math.random() * (decisionsEach + 2))}`;
  const startedAt = now();
  const { decision } = await answerWhy(db, project, { profileId, message, at });
  if (decision && decision.message !== message) throw new Error('The benchmark was told of another message.');
  return now() - startedAt;
}

function idOf(kind: string, n: number): string {
  return `${kind.repeat(8)}-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

async function fill(db: Database, customers: number): Promise<void> {
  const id = (kind: string) => `('${kind.repeat(8)}-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid`;
  await db.query(
    `insert into profiles (profile_id, created_at) select ${id('a')}, now() - interval '400 days'
     from generate_series(0, ${customers - 1}) n`,
  );
  await db.query(
    `insert into enrollments (enrollment_id, profile_id, journey, version, status, entered_at, trigger_at,
       trigger_message_id, trigger_properties, day_zero)
     select ${id('b')}, ${id('a')}, 'onboarding', 1, 'completed', now() - interval '399 days',
       now() - interval '399 days', 'trigger-' || n, '{}', current_date - 399
     from generate_series(0, ${customers - 1}) n`,
  );
  for (let month = 0; month < months; month++) {
    const from = new Date(Date.now() - month * 30 * 86_400_000);
    for (const at of [from, new Date(from.getTime() - 29 * 86_400_000)])
      await ensurePartition(db, 'decisions', at);
    await db.query(
      `insert into decisions (profile_id, enrollment_id, step, occurrence, message, verdict, reason, checks, at)
       select ${id('a')}, ${id('b')}, 'onboarding-' || k, ${month}, 'onboarding-' || k, 'suppressed', 'consent',
         '[{"check": "erased", "result": "passed", "saw": {"erased": false}},
           {"check": "consent", "result": "refused", "saw": {"purpose": "marketing", "channel": "sms", "status": "none"}}]',
         $1::timestamptz - k * interval '3 days'
       from generate_series(0, ${customers - 1}) n, generate_series(1, ${decisionsEach}) k`,
      [from],
    );
  }
  await db.query('vacuum (analyze)');
}
