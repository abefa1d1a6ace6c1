import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { msToTs, optionalTsToMs } from '@temporalio/common/lib/time';

/**
 * What came of forwarding a run: how far its clock is now ahead of the wall clock, at least; or there is no run any more.
 * Time goes on by itself while a forward works things off, so this is less than what was asked for.
 */
export type Forwarded = { readonly aheadMs: number } | 'over';

/**
 * Moves the clock of one workflow ahead by Temporal's time skipping, and waits until everything that fell due on the way has
 * been worked off. A forward must never be replaced before it has completed: a due timer would be passed by.
 */
export async function forward(client: Client, workflowId: string, byMs: number): Promise<Forwarded> {
  const { namespace } = client.options;
  const service = client.workflowService;
  const fastForwardId = randomUUID();
  const workflowExecution = { workflowId };
  try {
    await service.updateWorkflowExecutionOptions({
      namespace,
      identity: client.options.identity,
      workflowExecution,
      workflowExecutionOptions: {
        timeSkippingConfig: {
          enabled: true,
          fastForwardConfig: { id: fastForwardId, duration: msToTs(byMs) },
        },
      },
      updateMask: { paths: ['time_skipping_config'] },
    });
    for (;;) {
      const poll = await service.pollWorkflowExecutionTimeSkipping({
        namespace,
        workflowExecution,
        fastForwardId,
      });
      if (poll.fastForwardPollingResult === REACHED) {
        const target = optionalTsToMs(poll.fastForwardInfo?.targetTime);
        if (target === undefined)
          throw new Error('Temporal does not say where it has forwarded a workflow to');
        return { aheadMs: target - Date.now() };
      }
      // The normal end of a journey: it was over before its clock got there.
      if (poll.fastForwardPollingResult === FAILED) return 'over';
    }
  } catch (error) {
    if (isGone(error)) return 'over';
    throw error;
  }
}

const REACHED = 2;
const FAILED = 3;

/** gRPC's NOT_FOUND, and FAILED_PRECONDITION, by which the server says that the workflow has completed. */
export function isGone(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 5 || code === 9 || (error instanceof Error && error.name === 'WorkflowNotFoundError');
}
