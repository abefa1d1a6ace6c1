import type { Client } from '@temporalio/client';
import { WAITING_QUERY, type Waiting } from '../workflows/runtime/contract';
import { workflowId } from './workflow-names';

/** What the runs themselves say of where they are: how many at each point, by the point's name. */
export interface SleepingPoints {
  readonly points: { readonly [point: string]: number };
  /** Runs that gave no answer: they have ended meanwhile, or their code is not deployed. */
  readonly silent: number;
}

/** Milliseconds to wait for one answer; a run whose code is not deployed gives none. */
const PATIENCE_MS = 5_000;
const AT_ONCE = 20;

/** Asks runs where they sleep. A query costs no history, but a worker that has forgotten the run walks through it. */
export async function askSleepingPoints(
  client: Client,
  journey: string,
  enrollmentIds: readonly string[],
): Promise<SleepingPoints> {
  const points: { [point: string]: number } = {};
  let silent = 0;
  const left = [...enrollmentIds];
  const ask = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const handle = client.workflow.getHandle(workflowId(journey, id));
      const answer = await client
        .withDeadline(Date.now() + PATIENCE_MS, () => handle.query<Waiting>(WAITING_QUERY))
        // Whatever keeps a run from answering, the others are asked.
        .catch(() => undefined);
      if (!answer) silent++;
      else {
        const point = answer.points.join(' and ') || 'on its way';
        points[point] = (points[point] ?? 0) + 1;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  return { points, silent };
}
