import { randomUUID } from 'node:crypto';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { msToTs, optionalTsToMs } from '@temporalio/common/lib/time';
import { grpcCode } from '../../worker/dispatcher/failure';
import { ClockError } from './errors';

/** `there`: its clock has got that far, by itself or by us. `over`: there is no such run any more. */
export type Forwarded = 'there' | 'over';

/**
 * Moves the clocks of single workflows ahead by Temporal's own time skipping. Each keeps what it has skipped, on top
 * of the wall clock.
 */
export class TimeSkipping {
  /** By workflow. */
  private readonly skippedMs = new Map<string, number>();
  private readonly underWay = new Map<string, Promise<Forwarded>>();

  /** `unsure`: runs that must be asked how much they have skipped, as those from before this process. */
  constructor(
    private readonly client: Client,
    private readonly unsure: Set<string>,
  ) {}

  /** How far the workflow's clock is ahead of the wall clock; undefined when there is no such run. */
  async ahead(workflowId: string): Promise<number | undefined> {
    if (this.unsure.has(workflowId)) {
      const ahead = await this.ask(workflowId);
      if (ahead === undefined) return undefined;
      this.skippedMs.set(workflowId, ahead);
      this.unsure.delete(workflowId);
    }
    return this.skippedMs.get(workflowId) ?? 0;
  }

  /**
   * Takes the workflow's clock to `until` (epoch milliseconds by that clock), and resolves when all that fell due on
   * the way has been begun. A forward is never replaced before it is complete: a due timer would be passed by.
   */
  async forward(workflowId: string, until: number): Promise<Forwarded> {
    await this.underWay.get(workflowId);
    const ahead = await this.ahead(workflowId);
    if (ahead === undefined) return 'over';
    const byMs = Math.ceil(until - Date.now() - ahead);
    if (byMs < worthwhileMs) return 'there';
    const forwarding = this.fastForward(workflowId, byMs).finally(() => this.underWay.delete(workflowId));
    this.underWay.set(workflowId, forwarding);
    return forwarding;
  }

  /** Resolves when no forward is under way. */
  async idle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.allSettled(this.underWay.values());
  }

  private async fastForward(workflowId: string, byMs: number): Promise<Forwarded> {
    const { workflowService: service, options } = this.client;
    const id = randomUUID();
    const execution = { namespace: options.namespace, workflowExecution: { workflowId } };
    try {
      await service.updateWorkflowExecutionOptions({
        ...execution,
        identity: options.identity,
        workflowExecutionOptions: {
          timeSkippingConfig: {
            enabled: true,
            fastForwardConfig: { id, duration: msToTs(byMs) },
            // The server goes on to the next timer, days ahead, where a task is under way as the target passes.
            maxSessionSkipCount: 1,
          },
        },
        updateMask: { paths: ['time_skipping_config'] },
      });
      for (;;) {
        const { fastForwardPollingResult, fastForwardInfo } = await service.pollWorkflowExecutionTimeSkipping(
          {
            ...execution,
            fastForwardId: id,
          },
        );
        if (fastForwardPollingResult === TIMED_OUT) continue;
        if (fastForwardPollingResult !== REACHED) return await this.lookAgain(workflowId);
        // Less than `byMs`: time also went by itself while what fell due was worked off.
        const target = optionalTsToMs(fastForwardInfo?.targetTime);
        if (target !== undefined) this.skippedMs.set(workflowId, target - Date.now());
        return 'there';
      }
    } catch (error) {
      if (isGone(error)) return this.over(workflowId);
      // The forward may have been made all the same: made again, the run would be taken twice as far.
      this.unsure.add(workflowId);
      if (grpcCode(error) === UNIMPLEMENTED) throw cannotSkip(error);
      throw error;
    }
  }

  /** A forward ends unreached with its run, or with one jump to a timer before its target. */
  private async lookAgain(workflowId: string): Promise<Forwarded> {
    const ahead = await this.ask(workflowId);
    if (ahead === undefined) return this.over(workflowId);
    this.skippedMs.set(workflowId, ahead);
    return 'there';
  }

  private over(workflowId: string): 'over' {
    this.skippedMs.delete(workflowId);
    this.unsure.delete(workflowId);
    return 'over';
  }

  private async ask(workflowId: string): Promise<number | undefined> {
    // Rather too far ahead than too little: what is left of the way, the run goes by itself.
    const asked = Date.now();
    try {
      const { raw, status } = await this.client.workflow.getHandle(workflowId).describe();
      if (status.name !== 'RUNNING') return undefined;
      const now = optionalTsToMs(raw.workflowExtendedInfo?.timeSkippingInfo?.currentTime);
      return now === undefined ? 0 : now - asked;
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }
}

/**
 * What is nearer, the workflow goes by itself: a forward that is over before the task under way would take it further
 * than asked.
 */
const worthwhileMs = 1_000;

const TIMED_OUT = 1;
const REACHED = 2;
const NOT_FOUND = 5;
const UNIMPLEMENTED = 12;

/** There is no such run, or it has completed. */
export function isGone(error: unknown): boolean {
  return error instanceof WorkflowNotFoundError || grpcCode(error) === NOT_FOUND;
}

function cannotSkip(cause: unknown): ClockError {
  return new ClockError('clock_unavailable', 409, 'This Temporal server does not skip time.', { cause });
}
