import { setTimeout as delay } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { Logger } from '../../config/logger';
import { type Waiting, WAITING_QUERY } from '../../workflows/runtime/contract';
import { isGone } from './time-skipping';

/** Runs that were told something, and may not have done all of it yet. */
export class ToldRuns {
  private readonly told = new Map<string, 'start' | 'signal'>();

  add(workflowId: string, kind: 'start' | 'signal'): void {
    // What is told to a run that is starting, it may hear after its first word.
    this.told.set(workflowId, kind);
  }

  /** The run has said when it wakes next, or that it is over. */
  heardFrom(workflowId: string, isOver: boolean): void {
    if (isOver || this.told.get(workflowId) === 'start') this.told.delete(workflowId);
  }

  get size(): number {
    return this.told.size;
  }

  take(): string[] {
    const ids = [...this.told.keys()];
    this.told.clear();
    return ids;
  }
}

/**
 * What the run waits for, once it rests: a query waits for the task that is running. Undefined when there is no such
 * run, or it does not come to rest within `patience` milliseconds.
 */
export async function askUntilAtRest(
  client: Client,
  workflowId: string,
  { patience, signal, log }: { patience: number; signal: AbortSignal; log: Logger },
): Promise<Waiting | undefined> {
  const deadline = performance.now() + patience;
  for (let pause = 5; !signal.aborted; pause = Math.min(pause * 2, 500)) {
    const answer = await ask(client, workflowId, deadline);
    if (answer === 'over') return undefined;
    if (answer !== 'at work') return answer;
    if (performance.now() > deadline) {
      log.warn({ workflowId }, 'a run does not come to rest: the clock goes on without it');
      return undefined;
    }
    await delay(pause);
  }
  return undefined;
}

async function ask(
  client: Client,
  workflowId: string,
  deadline: number,
): Promise<Waiting | 'at work' | 'over'> {
  const handle = client.workflow.getHandle(workflowId);
  const until = Date.now() + Math.max(100, deadline - performance.now());
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
