import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { Delivery, RunInput } from '../../workflows/runtime/contract';
import { EVENTS_SIGNAL } from '../../workflows/runtime/contract';
import { searchAttributes } from '../search-attributes';
import { workflowId, workflowType } from '../workflow-names';

/** The two things a run can be told from outside: to begin, and what has happened since. */
export interface TemporalRuns {
  /** `exists` when it was started before, whether it still runs or not. */
  start(input: RunInput): Promise<'eager' | 'queued' | 'exists'>;
  /** `gone` when no such run is open. */
  signal(workflowId: string, deliveries: readonly Delivery[]): Promise<'delivered' | 'gone'>;
}

export interface TemporalRunsOptions {
  /** Stands on `connection`. */
  readonly client: Client;
  /** The worker's own: only then can a start be eager. */
  readonly connection: NativeConnection;
  readonly taskQueue: string;
}

/** Milliseconds for one try of a call. One that took effect all the same is harmless when it is repeated. */
const patience = 10_000;

export function temporalRuns(options: TemporalRunsOptions): TemporalRuns {
  const { client, connection, taskQueue } = options;
  const bounded = <T>(call: () => Promise<T>) => connection.withDeadline(Date.now() + patience, call);
  return {
    start: async (input) => {
      try {
        const handle = await bounded(() =>
          client.workflow.start(workflowType(input.journey, input.version), {
            workflowId: workflowId(input.journey, input.enrollmentId),
            taskQueue,
            args: [input],
            // However often a start is delivered, it starts one run; later ones are answered "exists".
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
            workflowIdConflictPolicy: 'FAIL',
            requestEagerStart: true,
            typedSearchAttributes: searchAttributes(input),
            staticSummary: `${input.journey} v${input.version}`,
            staticDetails: `Customer ${input.profileId}, in their zone (${input.zone}). Entered on ${input.trigger.name}.`,
          }),
        );
        return handle.eagerlyStarted ? 'eager' : 'queued';
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return 'exists';
        throw error;
      }
    },
    signal: async (id, deliveries) => {
      const handle = client.workflow.getHandle(id);
      try {
        await bounded(() => handle.signal(EVENTS_SIGNAL, deliveries));
        return 'delivered';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return 'gone';
        throw error;
      }
    },
  };
}
