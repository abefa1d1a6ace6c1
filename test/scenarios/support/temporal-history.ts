import { Client, Connection } from '@temporalio/client';
import { type InjectedSinks, Worker } from '@temporalio/worker';
import type { WaitSinks } from '../../../workflows/runtime/contract';
import { workflowBundle } from '../../support/temporal';
import type { TestWorld } from './world';

export interface RunHistory {
  readonly workflowId: string;
  /** Names of its events, as in Temporal's UI. */
  readonly events: readonly string[];
  /** Walks the recorded history through the code as it is; rejects where the two differ. */
  replay(): Promise<void>;
}

/** What Temporal has recorded of the only run of a journey that a customer has had. */
export async function runHistory(world: TestWorld, reference: string, journey: string): Promise<RunHistory> {
  const entered = (await world.history(reference, 'enrollment')).filter(
    (change) => change['journey'] === journey && change['status'] === 'entered',
  );
  const [run, another] = entered;
  if (!run || another) throw new Error(`${reference} has ${entered.length} runs of ${journey}, not one.`);
  const workflowId = `journey/${journey}/${String(run['enrollmentId'])}`;
  const connection = await Connection.connect({ address: world.stack.temporalAddress });
  try {
    const handle = new Client({ connection }).workflow.getHandle(workflowId);
    const history = await handle.fetchHistory();
    const events = (history.events ?? []).map(({ eventType }) => eventNames.get(Number(eventType)) ?? '');
    return {
      workflowId,
      events,
      replay: () =>
        Worker.runReplayHistory({ workflowBundle: workflowBundle(), sinks: deaf }, history, workflowId),
    };
  } finally {
    await connection.close();
  }
}

/** Nobody needs to be told when a run of the past wakes. */
const deaf: InjectedSinks<WaitSinks> = { waits: { wakesAt: { fn: () => {}, callDuringReplay: false } } };

/** Those that scenarios speak of. */
const eventNames = new Map([
  [1, 'started'],
  [2, 'completed'],
  [17, 'timer started'],
  [18, 'timer fired'],
  [19, 'timer canceled'],
  [26, 'signaled'],
]);
