import type { NativeConnection } from '@temporalio/worker';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { Registry } from 'prom-client';
import {
  createActivities,
  guard,
  noteRest,
  operationsDue,
  settleDue,
  workOperations,
} from '../../activities';
import type { MessagingProvider } from '../../activities/provider/provider';
import type { HealthCheck } from '../../client/health';
import { rehearseOffline } from '../../client/cli/compose/rehearse';
import { createServer } from '../../client/server';
import type { Logger } from '../../config/logger';
import { sweepStages } from '../../ingest';
import type { Project } from '../../project/project';
import type { Database } from '../../store/database';
import type { WakesAt } from '../../worker/journey-worker';
import { type RunningWorker, startWorker, type WorkerOptions } from '../../worker/start-worker';

/** What stays the same whatever project a stack runs. */
export interface Ground extends Pick<WorkerOptions, 'namespace' | 'taskQueue' | 'onDelivered'> {
  readonly wakesAt: WakesAt;
  readonly db: Database;
  readonly connection: NativeConnection;
  readonly provider: () => MessagingProvider;
  readonly writeKey: string;
  readonly apiToken: string;
  /** Where the outside reaches the server; absent: where each request says it went. */
  readonly outsideUrl: string | undefined;
  /** Where the provider reaches the webhooks. */
  readonly publicUrl: string;
  readonly plugins: readonly FastifyPluginAsync[];
  readonly log: Logger;
}

/** The parts of a stack that are made of its project, and are made anew when that changes. */
export interface ProjectParts {
  readonly server: FastifyInstance;
  /** Moves lifecycle stages that are due; answers how many. */
  sweep(): Promise<number>;
  /** Looks for unknown sends that are due; answers how many. */
  settle(): Promise<number>;
  /** Whether there is something that operators have asked for. */
  operationsDue(): Promise<boolean>;
  /** Works off some of it; answers how much. */
  workOperations(): Promise<number>;
  /** Of runs that wake in one instant, those of the journey whose lock has a higher priority first, those without one last. */
  rankOf(workflowId: string): number;
  startWorker(): Promise<RunningWorker>;
}

/** `checkWorker` rejects while the worker does not work, or has not started. */
export function projectParts(ground: Ground, project: Project, checkWorker: HealthCheck): ProjectParts {
  const { db, connection, outsideUrl, log } = ground;
  const registry = new Registry();
  const deps = () => ({
    pool: db,
    provider: ground.provider(),
    catalog: project,
    workspace: project.workspace,
    journeys: project.journeys,
    publicUrl: ground.publicUrl,
    log,
  });
  const sweep = async () => (await sweepStages(db, project)).swept;
  const settle = () => settleDue(deps());
  const operated = { pool: db, ...project };
  const ranks = new Map(project.journeys.map(({ id, policy }) => [id, policy.lock?.priority]));
  return {
    server: createServer({
      db,
      ingest: project,
      rehearse: rehearseOffline(db, project),
      writeKey: ground.writeKey,
      apiToken: ground.apiToken,
      plugins: ground.plugins,
      log,
      ...(outsideUrl !== undefined && { publicUrl: outsideUrl }),
      registry,
      checks: {
        worker: checkWorker,
        temporal: () => connection.workflowService.getSystemInfo({}),
      },
    }),
    sweep,
    settle,
    operationsDue: () => operationsDue(operated),
    workOperations: () => workOperations(operated),
    rankOf: (workflowId) => ranks.get(workflowId.split('/')[1] ?? '') ?? Number.MAX_SAFE_INTEGER,
    startWorker: () =>
      startWorker({
        ...ground,
        workflowBundle: project.workflowBundle,
        activities: createActivities(deps()),
        settleDue: settle,
        sweepStages: sweep,
        guard: () => guard(deps()),
        workOperations: () => workOperations(operated),
        wakesAt: async (wake) => {
          await noteRest(deps(), wake);
          await ground.wakesAt(wake);
        },
        timezone: project.workspace.timezone,
        registry,
      }),
  };
}
