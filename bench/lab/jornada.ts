import { join } from 'node:path';
import { NativeConnection, type WorkflowBundleOption } from '@temporalio/worker';
import { Registry } from 'prom-client';
import { createActivities, guard, settleDue, workOperations } from '../../activities';
import { openTwilio } from '../../activities/provider/twilio';
import { createServer } from '../../client/server';
import { createLogger } from '../../config/logger';
import { sweepStages } from '../../ingest';
import { type Project, shippedProject } from '../../project/project';
import { openDatabase } from '../../store/database';
import { bundleWorkflows } from '../../worker/bundle-workflows';
import { startWorker } from '../../worker/start-worker';
import { installTemporalRuntime } from '../../worker/temporal-runtime';
import { journeys } from '../journeys/journeys';
import { serve } from './child';
import { heapBytes } from './heap-bytes';
import { writeKey } from './write-key';

/** Jornada as in production, HTTP and worker in one process: all but the virtual clock, which is for laptops. */
export interface JornadaOptions {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly providerUrl: string;
  readonly taskQueue: string;
  /** `bench`: journeys of the benchmarks; `shipped`: those that ship. */
  readonly project: 'bench' | 'shipped';
}

const closing: (() => Promise<unknown>)[] = [];

async function start(options: JornadaOptions): Promise<{ url: string }> {
  const log = createLogger({ level: 'error' });
  installTemporalRuntime(log);
  const project = await projectOf(options.project);
  const db = openDatabase(options.databaseUrl, { max: 30 });
  closing.push(() => db.end());
  const connection = await NativeConnection.connect({ address: options.temporalAddress });
  closing.push(() => connection.close());
  const provider = await openTwilio({
    accountSid: `AC${'0'.repeat(32)}`,
    authToken: 'bench',
    sender: { kind: 'number', from: '+15005550006' },
    apiUrl: options.providerUrl,
  });
  closing.push(async () => provider.close());
  const registry = new Registry();
  const server = createServer({
    db,
    ingest: project,
    writeKey,
    apiToken: 'bench-api-token',
    log,
    registry,
    checks: {},
    plugins: [],
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  closing.push(() => server.close());
  const deps = {
    pool: db,
    provider,
    catalog: project,
    workspace: project.workspace,
    journeys: project.journeys,
    publicUrl: url,
    log,
  };
  const worker = await startWorker({
    db,
    connection,
    namespace: 'default',
    taskQueue: options.taskQueue,
    workflowBundle: project.workflowBundle,
    activities: createActivities(deps),
    settleDue: () => settleDue(deps),
    sweepStages: async () => (await sweepStages(db, project)).swept,
    guard: () => guard(deps),
    workOperations: () => workOperations({ pool: db, ...project }),
    timezone: project.workspace.timezone,
    registry,
    log,
  });
  closing.push(() => worker.stop());
  return { url };
}

async function projectOf(which: JornadaOptions['project']): Promise<Project> {
  const shipped = shippedProject();
  if (which === 'shipped') return shipped;
  const code: WorkflowBundleOption = {
    code: await bundleWorkflows(join(__dirname, '..', 'journeys', 'index.js')),
  };
  return { ...shipped, journeys, workflowBundle: code };
}

async function stop(): Promise<void> {
  for (let close = closing.pop(); close; close = closing.pop()) await close();
}

serve({ start, heapBytes }, stop);
