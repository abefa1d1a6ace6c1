import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client } from '@temporalio/client';
import { twilioWebhooks } from '../client/webhooks/twilio-webhooks';
import type { Environment } from '../config/environment';
import type { Logger } from '../config/logger';
import { clockNow } from '../store/clock';
import { openDatabase } from '../store/database';
import { migrate } from '../store/migrate';
import { releaseEveryLane } from '../store/outbox-lanes';
import { connectTemporal } from '../worker/connect-temporal';
import type { RunningWorker } from '../worker/start-worker';
import { startClock } from './clock/clock';
import { within } from './clock/in-parallel';
import { freePort, loopback } from './ports';
import { openFront } from './stack/front';
import { homeKeys } from './stack/keys';
import { type OpenRuns, openRuns } from './stack/open-runs';
import { type Project, shippedProject } from '../project/project';
import { claimHome } from './stack/home';
import { type ProjectParts, projectParts } from './stack/project-parts';
import { removeStackFile, writeStackFile } from './stack/stack-file';
import { startServers } from './stack/servers';
import { openTexting, type TextingOptions, type TwilioAccess } from './stack/twilio';

export interface StackOptions {
  readonly environment: Environment;
  /** Folder for everything kept. Made when absent. Default: the environment's. */
  readonly home?: string;
  /** Port wanted; when taken, the next free one. 0: any. Default: the environment's. */
  readonly port?: number;
  /** Where the virtual clock starts, ISO 8601. On a home that is kept it may only move forward. Default: where it stands. */
  readonly clock?: string;
  /** Told what happens while it starts and stops, a line at a time. */
  readonly say: (line: string) => void;
  readonly log: Logger;
  /** What runs on it. Default: the catalog and the journeys that ship. */
  readonly project?: Project;
  /** Queue of the journeys; must be its own where several stacks share one Temporal. Default `jornada`. */
  readonly taskQueue?: string;
  /** Lets the clock move on a Temporal server that is not embedded; all its runs must be this stack's. Default false. */
  readonly moveClockAnyway?: boolean;
  /** How fast the stand-in for Twilio delivers. Default: within milliseconds, so that the clock need not wait. */
  readonly delivery?: TextingOptions['delivery'];
}

export interface Stack {
  readonly url: string;
  readonly temporalUiUrl: string | undefined;
  readonly temporalAddress: string;
  readonly databaseUrl: string;
  readonly writeKey: string;
  readonly apiToken: string;
  /** Where the stand-in for Twilio is reached, and as whom. Undefined when Twilio is the real one. */
  readonly twilioSandbox: TwilioAccess | undefined;
  /**
   * Runs another project from now on, most often the same one with changes. What is under way is finished first; runs
   * that are asleep wake under the new code, and no call is refused meanwhile. Where it cannot start, the one before goes on and this rejects.
   */
  reload(project: Project): Promise<void>;
  readonly openRuns: OpenRuns;
  /** Ends everything in order: the door first, the servers last. */
  stop(): Promise<void>;
}

/** The whole of Jornada in one process, with the servers it needs beside it. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { environment, say, log } = options;
  const { sandboxAuthToken } = environment;
  const home = resolve(options.home ?? environment.home);
  // When root starts it, Postgres runs as nobody, who must get through to its data; what is secret has its own mode.
  mkdirSync(home, { recursive: true, mode: 0o711 });
  const closing: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    const failures: unknown[] = [];
    for (let close = closing.pop(); close; close = closing.pop()) {
      await close().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  };
  try {
    const leaveHome = await claimHome(home);
    closing.push(async () => leaveHome());
    const made = homeKeys(home);
    const writeKey = environment.writeKey ?? made.writeKey;
    const apiToken = environment.apiToken ?? made.apiToken;

    const servers = await startServers(environment, home, say);
    closing.push(() => servers.stop());
    await migrate(servers.databaseUrl);
    const db = openDatabase(servers.databaseUrl, { max: 30 });
    closing.push(() => db.end());
    // One that was killed holds its lanes a few seconds longer; here nobody but us can have them.
    if (servers.databaseIsOurs) await releaseEveryLane(db);
    const connection = await connectTemporal(servers.temporal, log);
    closing.push(() => connection.close());

    const port = await portFor(options.port ?? environment.port, say);
    const url = `http://${loopback}:${port}`;
    const outsideUrl = environment.publicUrl ?? url;
    // The stand-in for Twilio reaches us here, whatever the outside calls us; what others sign for it is for the outside's.
    const publicUrl = environment.twilio ? outsideUrl : url;
    const publicUrls = [...new Set([publicUrl, outsideUrl])];

    const texting = openTexting(environment.twilio, {
      keys: { ...made, ...(sandboxAuthToken !== undefined && { twilioAuthToken: sandboxAuthToken }) },
      publicUrl,
      journal: join(home, 'twilio.ndjson'),
      now: () => clockNow(db),
      ...(options.delivery && { delivery: options.delivery }),
      log,
    });
    closing.push(() => texting.close());

    let parts: ProjectParts;
    let worker: RunningWorker | undefined;
    // Who asks whether it is ready goes by its clock next: that stands where it was told to by then.
    let started = false;
    const clock = await startClock({
      db,
      canMove: servers.canMoveClock || options.moveClockAnyway === true,
      ...(options.clock !== undefined && { start: new Date(options.clock) }),
      sweep: async () => parts.sweep(),
      settle: async () => parts.settle(),
      operations: { due: async () => parts.operationsDue(), work: async () => parts.workOperations() },
      providerIdle: async () => texting.sandbox?.idle(),
      rankOf: (workflowId) => parts.rankOf(workflowId),
      log,
    });
    const checkWorker = async () => {
      if (!worker || !started) throw new Error('The stack has not started yet');
      await worker.check();
    };
    const ground = {
      db,
      connection,
      namespace: servers.temporal.namespace,
      ...(options.taskQueue !== undefined && { taskQueue: options.taskQueue }),
      provider: () => texting.provider(),
      writeKey,
      apiToken,
      outsideUrl: environment.publicUrl,
      publicUrl,
      plugins: [
        twilioWebhooks({ db, log, authTokens: texting.authTokens, publicUrls }),
        clock.routes,
        ...(texting.sandbox ? [texting.sandbox.control] : []),
      ],
      wakesAt: clock.wakesAt,
      onDelivered: clock.onDelivered,
      log,
    };

    // The door opens before anything is sent: the first report of a delivery comes within milliseconds.
    const front = openFront();
    parts = projectParts(ground, options.project ?? shippedProject(), checkWorker);
    closing.push(async () => parts.server.close());
    closing.push(() => front.close());
    // And it closes after the last is sent: Twilio tells a closed door what became of a text, and then nobody ever again.
    closing.push(() =>
      within(texting.sandbox?.idle() ?? Promise.resolve(), 2_000, new AbortController().signal),
    );
    closing.push(async () => worker?.stop());
    // The door waits for those who are in it: a move of the clock is broken off.
    closing.push(() => clock.stop());
    await front.lead(parts.server);
    await front.listen({ host: environment.publicUrl === undefined ? loopback : '0.0.0.0', port });
    await texting.start(say);
    worker = await parts.startWorker();
    await clock.drive(worker);
    started = true;

    const reload = async (project: Project) => {
      const former = parts;
      const next = projectParts(ground, project, checkWorker);
      let failure: unknown;
      await clock.handOver(async () => {
        await worker?.stop();
        try {
          worker = await next.startWorker();
          parts = next;
        } catch (error) {
          failure = error;
          worker = await former.startWorker();
        }
        return worker;
      });
      if (parts === next) await front.lead(next.server);
      await (parts === next ? former : next).server.close();
      if (parts !== next) throw failure;
    };

    writeStackFile(home, {
      pid: process.pid,
      url,
      databaseUrl: servers.databaseUrl,
      temporalAddress: servers.temporal.address,
      writeKey,
      apiToken,
    });
    closing.push(async () => removeStackFile(home));
    return {
      url,
      temporalUiUrl: servers.temporalUiUrl,
      temporalAddress: servers.temporal.address,
      databaseUrl: servers.databaseUrl,
      writeKey,
      apiToken,
      twilioSandbox: texting.access(),
      reload,
      openRuns: openRuns(db, new Client({ connection, namespace: servers.temporal.namespace })),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function portFor(wanted: number, say: (line: string) => void): Promise<number> {
  const port = await freePort(wanted === 0 ? undefined : wanted);
  if (wanted !== 0 && port !== wanted) say(`Port ${wanted} is taken: using ${port}.`);
  return port;
}
