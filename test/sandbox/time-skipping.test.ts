import type { Client } from '@temporalio/client';
import { msToTs, optionalTsToMs } from '@temporalio/common/lib/time';
import { TimeSkipping } from '../../sandbox/clock/time-skipping';

const HOUR_MS = 3_600_000;

/** One run on a server that makes every forward, but may not get to say so. */
function server() {
  const run = { aheadMs: 0, forwards: 0, cutOff: false };
  const reached = () => ({
    fastForwardPollingResult: 2,
    fastForwardInfo: { targetTime: msToTs(Date.now() + run.aheadMs) },
  });
  const client = {
    options: { namespace: 'default', identity: 'test' },
    workflowService: {
      updateWorkflowExecutionOptions: async (request: UpdateRequest) => {
        run.forwards++;
        run.aheadMs +=
          optionalTsToMs(request.workflowExecutionOptions.timeSkippingConfig.fastForwardConfig.duration) ?? 0;
      },
      pollWorkflowExecutionTimeSkipping: async () => {
        if (!run.cutOff) return reached();
        throw Object.assign(new Error('the connection broke'), { code: 14 });
      },
    },
    workflow: {
      getHandle: () => ({
        describe: async () => ({
          status: { name: 'RUNNING' },
          raw: {
            workflowExtendedInfo: { timeSkippingInfo: { currentTime: msToTs(Date.now() + run.aheadMs) } },
          },
        }),
      }),
    },
  };
  return { run, client: client as unknown as Client };
}

interface UpdateRequest {
  workflowExecutionOptions: {
    timeSkippingConfig: { fastForwardConfig: { duration: ReturnType<typeof msToTs> } };
  };
}

describe('forwarding a run', () => {
  it('takes it to the instant, and leaves it there when it is asked for again', async () => {
    const { run, client } = server();
    const skipping = new TimeSkipping(client, new Set());
    const until = Date.now() + HOUR_MS;
    expect(await skipping.forward('run', until)).toBe('there');
    expect(await skipping.forward('run', until)).toBe('there');
    expect(run.forwards).toBe(1);
  });

  it('does not take it twice as far where the answer to a forward that was made is lost', async () => {
    const { run, client } = server();
    const skipping = new TimeSkipping(client, new Set());
    const until = Date.now() + HOUR_MS;
    run.cutOff = true;
    await expect(skipping.forward('run', until)).rejects.toThrow('the connection broke');
    run.cutOff = false;
    expect(await skipping.forward('run', until)).toBe('there');
    expect(run.aheadMs).toBeLessThanOrEqual(HOUR_MS);
  });
});
