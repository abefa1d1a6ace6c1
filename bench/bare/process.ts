import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { createLogger } from '../../config/logger';
import { installTemporalRuntime } from '../../worker/temporal-runtime';
import { serve } from '../lab/child';
import { heapBytes } from '../lab/heap-bytes';
import { poster } from '../lab/http';
import { crowded, now, paced } from '../lab/time';
import { createActivities } from './activities';

/** Temporal alone, with nothing of ours above it: a client and a worker in one process, on one connection. */
export interface BareOptions {
  readonly temporalAddress: string;
  readonly providerUrl: string;
  readonly taskQueue: string;
}

export interface BareRound {
  readonly shape: 'textbook' | 'eager' | 'asleep';
  readonly phones: readonly string[];
  /** Absent: all at once. */
  readonly perSecond?: number;
}

let run: (round: BareRound) => Promise<[phone: string, startedAt: number][]>;
let stop = async () => {};

async function start({ temporalAddress, providerUrl, taskQueue }: BareOptions): Promise<void> {
  installTemporalRuntime(createLogger({ level: 'error' }));
  const connection = await NativeConnection.connect({ address: temporalAddress });
  const provider = poster(providerUrl, { 'content-type': 'application/x-www-form-urlencoded' });
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: join(__dirname, 'workflows.js'),
      logger: new DefaultLogger('WARN'),
    }),
    activities: createActivities(provider),
    // The settings that Jornada's worker has; the defaults are slower.
    maxConcurrentWorkflowTaskExecutions: 100,
    maxConcurrentWorkflowTaskPolls: 40,
    nonStickyToStickyPollRatio: 0.5,
    maxConcurrentLocalActivityExecutions: 100,
    maxConcurrentActivityTaskExecutions: 100,
    maxConcurrentActivityTaskPolls: 40,
    maxCachedWorkflows: 8_000,
  });
  const running = worker.run();
  const { workflow } = new Client({ connection });
  let runs = 0;
  const begin = (shape: BareRound['shape'], phone: string) => {
    const text = { to: phone, body: 'Booked: your appointment on January 2 at 10:00 AM.' };
    const options = { taskQueue, workflowId: `${taskQueue}/${runs++}` };
    return shape === 'textbook'
      ? workflow.signalWithStart('textbook', { ...options, signal: 'event', signalArgs: [text] })
      : workflow.start(shape, { ...options, args: [text], requestEagerStart: true });
  };
  run = async ({ shape, phones, perSecond }) => {
    const startedAt = new Map<string, number>();
    const one = async (phone: string) => {
      startedAt.set(phone, now());
      await begin(shape, phone);
    };
    await (perSecond === undefined ? crowded(phones, 100, one) : paced(phones, perSecond, one));
    return [...startedAt];
  };
  stop = async () => {
    worker.shutdown();
    await running;
    provider.close();
    await connection.close();
  };
}

serve({ start, run: (round: BareRound) => run(round), heapBytes }, () => stop());
