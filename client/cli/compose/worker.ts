import fastify from 'fastify';
import { Registry } from 'prom-client';
import { createActivities, guard, noteRest, settleDue, workOperations } from '../../../activities';
import { openTwilio } from '../../../activities/provider/twilio';
import type { Environment } from '../../../config/environment';
import { createLogger } from '../../../config/logger';
import { sweepStages } from '../../../ingest';
import type { Project } from '../../../project/project';
import { openDatabase } from '../../../store/database';
import { connectTemporal } from '../../../worker/connect-temporal';
import { startWorker } from '../../../worker/start-worker';
import { health } from '../../health';
import { metricsRoute } from '../../metrics';
import { listenForSignals } from '../signals';
import { required } from './required';

/** Runs journeys until it is told to stop; `/health` and `/metrics` are served on PORT. */
export async function runWorker(environment: Environment, project: Project): Promise<void> {
  const log = createLogger({ level: environment.logLevel });
  const signals = listenForSignals((line) => log.info(line));
  const closing: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (let close = closing.pop(); close; close = closing.pop()) await close();
  };
  try {
    const pool = openDatabase(required(environment, 'databaseUrl'), {
      max: 30,
      applicationName: 'jornada-worker',
    });
    closing.push(() => pool.end());
    const temporal = required(environment, 'temporal');
    const connection = await connectTemporal(temporal, log);
    closing.push(() => connection.close());
    const provider = await openTwilio(required(environment, 'twilio'));
    closing.push(async () => provider.close());

    const deps = {
      pool,
      provider,
      catalog: project,
      workspace: project.workspace,
      journeys: project.journeys,
      publicUrl: required(environment, 'publicUrl'),
      log,
    };
    const registry = new Registry();
    const worker = await startWorker({
      db: pool,
      connection,
      namespace: temporal.namespace,
      workflowBundle: project.workflowBundle,
      activities: createActivities(deps),
      settleDue: () => settleDue(deps),
      sweepStages: async () => (await sweepStages(pool, project)).swept,
      guard: () => guard(deps),
      workOperations: () => workOperations({ pool, ...project }),
      timezone: project.workspace.timezone,
      wakesAt: (wake) => noteRest(deps, wake),
      registry,
      log,
    });
    closing.push(() => worker.stop());

    const app = fastify();
    await app.register(
      health({
        checks: {
          worker: () => worker.check(),
          temporal: () => worker.client.workflowService.getSystemInfo({}),
          postgres: () => pool.query('select 1'),
        },
      }),
    );
    await app.register(metricsRoute(registry));
    closing.push(() => app.close());
    await app.listen({ host: '0.0.0.0', port: environment.port });
    await signals.asked;
  } finally {
    await signals.stopWithin(stop);
  }
}
