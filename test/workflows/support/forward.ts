import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { msToTs, optionalTsToMs } from '@temporalio/common/lib/time';

/**
 * Skips time in one workflow, and waits until what fell due on the way has been worked off. Answers how far its clock is now
 * ahead of the wall clock; undefined when it is over. A forward must never be replaced before it has completed.
 */
export async function forward(client: Client, workflowId: string, byMs: number): Promise<number | undefined> {
  const { namespace, identity } = client.options;
  const service = client.workflowService;
  const fastForwardId = randomUUID();
  const workflowExecution = { workflowId };
  try {
    await service.updateWorkflowExecutionOptions({
      namespace,
      identity,
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
      if (poll.fastForwardPollingResult === FAILED) return undefined;
      if (poll.fastForwardPollingResult !== REACHED) continue;
      const target = optionalTsToMs(poll.fastForwardInfo?.targetTime);
      if (target === undefined)
        throw new Error('Temporal does not say where it has forwarded the workflow to');
      return target - Date.now();
    }
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

const REACHED = 2;
const FAILED = 3;

/** gRPC's NOT_FOUND and FAILED_PRECONDITION. */
function isGone(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 5 || code === 9;
}
