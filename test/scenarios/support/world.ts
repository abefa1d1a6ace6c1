import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { readEnvironment } from '../../../config/environment';
import { createLogger } from '../../../config/logger';
import { openWorld, type TimelineItem, type World } from '../../../sandbox/demo/world';
import { type Stack, startStack, type StackOptions } from '../../../sandbox/stack';
import { type Project, shippedProject } from '../../../sandbox/stack/project';
import { type Database, openDatabase } from '../../../store/database';
import { type TestDatabase, testDatabase } from '../../support/database';
import { temporalAddress, workflowBundle } from '../../support/temporal';

export interface TestWorldOptions {
  /** Where the virtual clock begins, ISO 8601. */
  readonly clock: string;
  /** Other events, messages, journeys or settings than those that ship. */
  readonly project?: Partial<Project>;
  /** A module whose default export is the workflow of the project's journeys; bundled for this world. Default: those that ship. */
  readonly workflowsPath?: string;
  /** How fast the stand-in for Twilio delivers. Default: within some tens of milliseconds. */
  readonly delivery?: StackOptions['delivery'];
  /** Where the stack logs to. Default: errors only, to standard output. */
  readonly log?: StackOptions['log'];
}

/** A running stack seen from outside, with a virtual clock, the real Segment client, and a stateful stand-in for Twilio. */
export interface TestWorld extends World {
  readonly stack: Stack;
  /** The folder of its keys. */
  readonly home: string;
  /** For what no route tells; scenarios read the outside. */
  readonly db: Database;
  /** Subscribed to marketing SMS, in the workspace's zone, with a phone. */
  subscribe(userId: string, phone: string, traits?: { [trait: string]: unknown }): Promise<void>;
  track(userId: string, event: string, properties?: object, more?: object): Promise<void>;
  /** Moves to `instant`, then sends the event: it happens, is sent and is received there. */
  trackAt(instant: string, userId: string, event: string, properties?: object): Promise<void>;
  /** Waits until what has been sent in has had its effect. */
  settle(): Promise<void>;
  /** Items of a customer's timeline, of these kinds. */
  history(reference: string, ...kinds: string[]): Promise<TimelineItem[]>;
  /** `message @ instant` of each text that was handed over, instants to the second. */
  sent(reference: string): Promise<string[]>;
  /** `journey status reason @ instant` of each change of an enrollment. */
  runs(reference: string, journey?: string): Promise<string[]>;
  /** Any call; JSON both ways. Operator routes get the token. */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: any }>;
  end(): Promise<void>;
}

/** Starts a stack on a database, a task queue and a home of its own, on the run's servers. */
export async function testWorld(options: TestWorldOptions): Promise<TestWorld> {
  const home = mkdtempSync(join(tmpdir(), 'jornada-world-'));
  chmodSync(home, 0o711);
  const database = await testDatabase();
  try {
    const stack = await startStack({
      environment: readEnvironment({ DATABASE_URL: database.url, TEMPORAL_ADDRESS: temporalAddress() }),
      home,
      port: 0,
      clock: options.clock,
      moveClockAnyway: true,
      taskQueue: `world-${randomBytes(4).toString('hex')}`,
      project: await projectOf(options),
      ...(options.delivery && { delivery: options.delivery }),
      log: options.log ?? createLogger({ level: 'error' }),
      say: () => {},
    });
    return await worldOf(stack, database, home);
  } catch (error) {
    await database.drop();
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
}

async function projectOf({ project, workflowsPath }: TestWorldOptions): Promise<Project> {
  const bundle = workflowsPath
    ? await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') })
    : workflowBundle();
  return { ...shippedProject(), workflowBundle: bundle, ...project };
}

async function worldOf(stack: Stack, database: TestDatabase, home: string): Promise<TestWorld> {
  const outside = await openWorld(stack);
  const db = openDatabase(database.url, { max: 2 });

  const call: TestWorld['call'] = async (method, path, body, headers) => {
    const response = await fetch(stack.url + path, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${stack.apiToken}`, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined };
  };
  const history: TestWorld['history'] = async (reference, ...kinds) =>
    (await outside.timeline(reference)).filter(({ kind }) => kinds.length === 0 || kinds.includes(kind));
  const track: TestWorld['track'] = async (userId, event, properties = {}, more = {}) => {
    outside.segment.track({ userId, event, properties, ...more });
    await outside.flush();
  };

  return {
    ...outside,
    stack,
    home,
    db,
    call,
    history,
    track,
    async subscribe(userId, phone, traits = {}) {
      const messaging_subscriptions = [{ key: phone, type: 'SMS', status: 'SUBSCRIBED' }];
      outside.segment.identify({
        userId,
        traits: { phone, ...traits },
        context: { messaging_subscriptions },
      });
      await outside.flush();
    },
    async trackAt(instant, userId, event, properties) {
      await outside.moveTo(instant);
      await track(userId, event, properties);
    },
    async settle() {
      await call('POST', '/sandbox/clock', { advance: '0 seconds' });
    },
    async sent(reference) {
      const sends = await history(reference, 'send');
      return sends.filter((s) => s['status'] === 'sent').map((s) => `${s['message']} @ ${second(s.at)}`);
    },
    async runs(reference, journey) {
      const changes = (await history(reference, 'enrollment')).filter(
        (c) => !journey || c['journey'] === journey,
      );
      return changes.map(
        (c) => `${c['journey']} ${c['status']}${c['reason'] ? ` ${c['reason']}` : ''} @ ${second(c.at)}`,
      );
    },
    async end() {
      await outside.close();
      await db.end();
      await stack.stop();
      await database.drop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** `2027-02-02T15:00:00Z` */
export const second = (at: string) => `${at.slice(0, 19)}Z`;
