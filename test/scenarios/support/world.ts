import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../../../config/environment';
import { createLogger } from '../../../config/logger';
import { holdClock } from '../../../sandbox/clock/clock-row';
import { openWorld, type World } from '../../../sandbox/demo/world';
import { type Stack, startStack, type StackOptions } from '../../../sandbox/stack';
import { type Project, shippedProject } from '../../../project/project';
import { clockNow } from '../../../store/clock';
import { type Database, openDatabase } from '../../../store/database';
import { bundleWorkflows } from '../../../worker/bundle-workflows';
import { type TestDatabase, testDatabase } from '../../support/database';
import { temporalAddress, workflowBundle } from '../../support/temporal';
import { type Answer, caller } from './calls';
import { type Readings, readingsOf } from './readings';

export { second } from './readings';

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
  /** The record it goes on with, which is left as it then is. Default: an empty one, dropped at the end. */
  readonly database?: TestDatabase;
  /** `host:port` at which this world finds Temporal. Default: the run's server. */
  readonly temporal?: string;
}

/** A running stack seen from outside, with a virtual clock, the real Segment client, and a stateful stand-in for Twilio. */
export interface TestWorld extends World, Readings {
  readonly stack: Stack;
  /** The folder of its keys. */
  readonly home: string;
  /** For what no route tells; scenarios read the outside. */
  readonly db: Database;
  /** Subscribed to marketing SMS, in the workspace's zone unless `traits` say another, with a phone. */
  subscribe(userId: string, phone: string, traits?: { readonly [trait: string]: unknown }): Promise<void>;
  track(userId: string, event: string, properties?: object, more?: object): Promise<void>;
  /** Moves to `instant`, then sends the event: it happens, is sent and is received there. */
  trackAt(instant: string, userId: string, event: string, properties?: object): Promise<void>;
  /** A track by raw HTTP that happens in the instant in which it arrives; one of the client is some milliseconds older. */
  happens(userId: string, event: string, properties?: object): Promise<void>;
  /**
   * Does `work` while the clock stands at `instant`: whatever arrives or is sent by it does so there, to the millisecond.
   * What falls due in the seconds before happens there too, after it.
   */
  exactly(instant: string, work: () => Promise<unknown>): Promise<void>;
  /** Waits until what has been sent in has had its effect. */
  settle(): Promise<void>;
  /** A raw call of the tracking API, with the world's write key unless another is given. */
  post(path: string, body: unknown, writeKey?: string): Promise<Answer>;
  /** Any other call; JSON both ways. Operator routes get the token. */
  call<Body = Answer['body']>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<Body>>;
  /** Stops the stack and starts it again, on the same home and at the same address. */
  restart(): Promise<void>;
  end(): Promise<void>;
}

/** Starts a stack on a database, a task queue and a home of its own, on the run's servers. */
export async function testWorld(options: TestWorldOptions): Promise<TestWorld> {
  const home = mkdtempSync(join(tmpdir(), 'jornada-world-'));
  chmodSync(home, 0o711);
  const database = options.database ?? (await testDatabase());
  const leave = async () => {
    if (!options.database) await database.drop();
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const settings: StackOptions = {
      environment: readEnvironment({
        DATABASE_URL: database.url,
        TEMPORAL_ADDRESS: options.temporal ?? temporalAddress(),
      }),
      home,
      moveClockAnyway: true,
      taskQueue: `world-${randomBytes(4).toString('hex')}`,
      project: await projectOf(options),
      ...(options.delivery && { delivery: options.delivery }),
      log: options.log ?? createLogger({ level: 'error' }),
      say: () => {},
    };
    const stack = await startStack({ ...settings, port: 0, clock: options.clock });
    const port = Number(new URL(stack.url).port);
    const startAgain = () => startStack({ ...settings, port });
    return await worldOf(stack, { url: database.url, home, startAgain, leave });
  } catch (error) {
    await leave();
    throw error;
  }
}

async function projectOf({ project, workflowsPath }: TestWorldOptions): Promise<Project> {
  const bundle = workflowsPath ? { code: await bundleWorkflows(workflowsPath) } : workflowBundle();
  return { ...shippedProject(), workflowBundle: bundle, ...project };
}

async function worldOf(
  stack: Stack,
  ground: {
    readonly url: string;
    readonly home: string;
    readonly startAgain: () => Promise<Stack>;
    readonly leave: () => Promise<void>;
  },
): Promise<TestWorld> {
  const { home } = ground;
  let running = stack;
  const outside = await openWorld(stack);
  const db = openDatabase(ground.url, { max: 2 });
  const { call, post } = caller(stack);

  const track: TestWorld['track'] = async (userId, event, properties = {}, more = {}) => {
    outside.segment.track({ userId, event, properties, ...more });
    await outside.flush();
  };
  const settle = async () => {
    const { status, body } = await call('POST', '/sandbox/clock', { advance: '0 seconds' });
    if (status !== 200) throw new Error(`The clock answered ${status}: ${JSON.stringify(body)}`);
  };

  return {
    ...outside,
    ...readingsOf(outside),
    stack,
    home,
    db,
    call,
    post,
    track,
    settle,
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
    async happens(userId, event, properties = {}) {
      const answer = await post('/v1/track', { userId, event, properties });
      expectTaken(answer);
    },
    async exactly(instant, work) {
      const ahead = Date.parse(instant) - (await clockNow(db)).getTime();
      if (ahead > 2 * approachMs) {
        await outside.moveTo(new Date(Date.parse(instant) - approachMs).toISOString());
      }
      const at = await holdClock(db, new Date(instant));
      if (at.toISOString() !== new Date(instant).toISOString())
        throw new Error(`It is ${at.toISOString()} already, past ${instant}.`);
      await work();
      await settle();
    },
    async restart() {
      await running.stop();
      running = await ground.startAgain();
    },
    async end() {
      await outside.close();
      await db.end();
      await running.stop();
      await ground.leave();
    },
  };
}

function expectTaken({ status, body }: Answer): void {
  if (status !== 200 || body['rejected'] !== undefined)
    throw new Error(`The event was not taken: ${status} ${JSON.stringify(body)}`);
}

/** How far from an instant the clock is let go to be stopped there: more than that takes on the slowest machine. */
const approachMs = 5_000;
