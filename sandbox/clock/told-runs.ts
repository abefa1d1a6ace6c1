import { setTimeout as delay } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { Logger } from '../../config/logger';
import { type Waiting, WAITING_QUERY } from '../../workflows/runtime/contract';
import { isGone } from './time-skipping';

/** A run that was told something, and may not have done all of it yet. */
export interface ToldRun {
  readonly workflowId: string;
  readonly kind: 'start' | 'signal';
  /** Resolves when the run has said itself that it is done: a start when it first rests, a signal when it is over. */
  readonly heard: Promise<void>;
}

export class ToldRuns {
  private readonly byId = new Map<string, ToldRun & { hear(): void }>();

  add(workflowId: string, kind: 'start' | 'signal'): void {
    let hear = () => {};
    const heard = new Promise<void>((resolve) => {
      hear = resolve;
    });
    this.byId.set(workflowId, { workflowId, kind, heard, hear });
  }

  /** The run has said when it wakes next, or that it is over. */
  heardFrom(workflowId: string, isOver: boolean): void {
    const run = this.byId.get(workflowId);
    // What it is told while it starts, it may hear only after its first word.
    if (!run || !(isOver || run.kind === 'start')) return;
    this.byId.delete(workflowId);
    run.hear();
  }

  get all(): ToldRun[] {
    return [...this.byId.values()];
  }

  /** It rests, or there is no such run; what it has been told since does not count as done. */
  settled(run: ToldRun): void {
    if (this.byId.get(run.workflowId) === run) this.byId.delete(run.workflowId);
  }
}

/**
 * What the run waits for, once it rests: a query waits for the task that is running. `over`: there is no such run any
 * more. `at work`: it did not come to rest within `patience` milliseconds, or the stack stops.
 */
export async function askUntilAtRest(
  client: Client,
  workflowId: string,
  { patience, signal, log }: { patience: number; signal: AbortSignal; log: Logger },
): Promise<Waiting | 'at work' | 'over'> {
  const deadline = performance.now() + patience;
  let [pause, queryMs] = [5, 1_000];
  for (; !signal.aborted; pause = Math.min(pause * 2, 500), queryMs = Math.min(queryMs * 2, 4_000)) {
    const left = Math.max(100, deadline - performance.now());
    const answer = await ask(client, workflowId, Math.min(left, queryMs));
    if (answer !== 'at work') return answer;
    if (performance.now() > deadline) {
      log.warn({ workflowId }, 'a run does not come to rest: the clock goes on without it');
      break;
    }
    await delay(pause);
  }
  return 'at work';
}

/** A query that meets the end of its run, or of its server, may never be answered: it is given `queryMs`, and the next one more. */
async function ask(
  client: Client,
  workflowId: string,
  queryMs: number,
): Promise<Waiting | 'at work' | 'over'> {
  const handle = client.workflow.getHandle(workflowId);
  const until = Date.now() + queryMs;
  try {
    const waiting = await client.connection.withDeadline(until, () => handle.query<Waiting>(WAITING_QUERY));
    if (waiting.wakeAt !== null) return waiting;
  } catch (error) {
    if (isGone(error)) return 'over';
    // A run whose task takes long, or fails again and again, answers no query. Is Temporal away, the next call says so.
  }
  // One that is over answers too, out of its history.
  return (await isOpen(handle)) ? 'at work' : 'over';
}

async function isOpen(handle: WorkflowHandle): Promise<boolean> {
  try {
    return (await handle.describe()).status.name === 'RUNNING';
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}
