import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { msToTs, optionalTsToMs } from '@temporalio/common/lib/time';
import { Worker } from '@temporalio/worker';
import { TimeSkipping } from '../../sandbox/clock/time-skipping';
import { bundleWorkflows } from '../../worker/bundle-workflows';
import { eventually } from '../support/eventually';
import { nativeConnection, quietRuntime } from '../support/temporal';

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

describe('a forward that is over while the task it began is under way', () => {
  it('leaves the run at its next timer, however far ahead that is', async () => {
    quietRuntime();
    const connection = await nativeConnection();
    const client = new Client({ connection, identity: 'test' });
    const taskQueue = `two-sleeps-${randomUUID()}`;
    const takeLong = () => delay(Math.random() * 40);
    const code = await bundleWorkflows(require.resolve('./fixtures/two-sleeps'));
    const worker = await Worker.create({
      connection,
      taskQueue,
      workflowBundle: { code },
      activities: { takeLong },
    });
    await worker.runUntil(async () => {
      const skipping = new TimeSkipping(client, new Set());
      const one = async () => {
        const workflowId = randomUUID();
        const handle = await client.workflow.start('twoSleeps', { taskQueue, workflowId });
        const timers = async () =>
          ((await handle.fetchHistory()).events ?? []).filter((event) => event.timerStartedEventAttributes)
            .length;
        await eventually(async () => (await timers()) > 0);
        await skipping.forward(workflowId, Date.now() + HOUR_MS + Math.random() * 60);
        await eventually(async () => (await timers()) === 2);
        const { raw, status } = await handle.describe();
        const now = optionalTsToMs(raw.workflowExtendedInfo?.timeSkippingInfo?.currentTime) ?? 0;
        const jumped = status.name !== 'RUNNING' || now - Date.now() > 2 * HOUR_MS;
        if (!jumped) await handle.terminate();
        return jumped;
      };
      const jumped = (await Promise.all(Array.from({ length: RUNS }, one))).filter(Boolean).length;
      expect(jumped).toBe(0);
    });
    await connection.close();
  });
});

/** Each misses its timer by another little, as a busy machine makes us. */
const RUNS = 60;
