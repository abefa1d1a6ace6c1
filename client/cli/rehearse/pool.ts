import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Person, Span } from '../../../simulator/rehearsal';
import { type Rehearsed, rehearseAll } from '../../../simulator/rehearser';
import { selectProject } from './select-journeys';

/** What every thread is told once. */
export interface Orders {
  /** The journeys of each side. */
  readonly sides: readonly (readonly string[])[];
  readonly span: Span & { readonly seed: string; readonly tellStories: boolean };
}

export interface Job {
  readonly place: number;
  readonly people: readonly Person[];
}

/** People rehearsed at a time by one thread. */
const JOB_SIZE = 50;

/**
 * Rehearses with everybody there is, in so many threads, and hands on what came of them in their order. Of people who
 * are not rehearsed yet there are never more in memory than keep the threads busy, and no thread goes on before what it
 * found has been taken.
 */
export async function rehearseInThreads(
  orders: Orders & { readonly threads: number },
  people: AsyncIterable<Person> | Iterable<Person>,
  take: (rehearsed: Rehearsed, count: number) => Promise<void> | void,
): Promise<void> {
  const crew = await hire(orders);
  const results = new Map<number, { rehearsed: Rehearsed; count: number }>();
  const free = [...crew];
  const working = new Set<Promise<void>>();
  let given = 0;
  let handed = 0;
  const handOn = async () => {
    for (let next = results.get(handed); next; next = results.get(handed)) {
      results.delete(handed++);
      await take(next.rehearsed, next.count);
    }
  };
  const give = async (batch: readonly Person[]) => {
    while (free.length === 0) await Promise.race(working);
    const member = free.pop();
    if (!member) return;
    const place = given++;
    const work = member.rehearse({ place, people: batch }).then(async (rehearsed) => {
      results.set(place, { rehearsed, count: batch.length });
      await handOn();
      free.push(member);
      working.delete(work);
    });
    working.add(work);
    // Whoever waits for a free member hears of it; until then nobody may be waiting.
    work.catch(() => {});
  };
  try {
    let batch: Person[] = [];
    for await (const person of people) {
      batch.push(person);
      if (batch.length < JOB_SIZE) continue;
      await give(batch);
      batch = [];
    }
    if (batch.length > 0) await give(batch);
    await Promise.all(working);
  } finally {
    await Promise.all(crew.map((member) => member.end()));
  }
}

interface Member {
  rehearse(job: Job): Promise<Rehearsed>;
  end(): Promise<void>;
}

/** Threads need the compiled file; where there is none, as under a test runner, this thread does the work. */
async function hire({ threads, ...orders }: Orders & { readonly threads: number }): Promise<Member[]> {
  const file = join(__dirname, 'worker.js');
  if (threads < 2 || !existsSync(file)) return [await ourselves(orders)];
  return Promise.all(Array.from({ length: threads }, () => thread(file, orders)));
}

async function ourselves({ sides, span }: Orders): Promise<Member> {
  const [project, other] = await Promise.all(sides.map((journeys) => selectProject(journeys)));
  if (!project) throw new Error('A rehearsal has at least one side.');
  return { rehearse: ({ people }) => rehearseAll([project, other], people, span), end: async () => {} };
}

async function thread(file: string, orders: Orders): Promise<Member> {
  const worker = new Worker(file, { workerData: orders });
  await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return {
    rehearse: (job) =>
      new Promise((resolve, reject) => {
        worker.once('error', reject);
        worker.once('message', ({ rehearsed }: { rehearsed: Rehearsed }) => {
          worker.off('error', reject);
          resolve(rehearsed);
        });
        worker.postMessage(job);
      }),
    end: async () => void (await worker.terminate()),
  };
}
