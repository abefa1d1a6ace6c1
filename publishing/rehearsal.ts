import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, QueryNotRegisteredError, QueryRejectedError, type WorkflowHandle } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { type NativeConnection, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { isGone, TimeSkipping } from '../sandbox/clock/time-skipping';
import { newId } from '../store/ids';
import { workflowId, workflowType } from '../worker/workflow-names';
import type { Delivery, RunEvent, RunInput, Waiting } from '../workflows/runtime/contract';
import { EVENTS_SIGNAL, WAITING_QUERY } from '../workflows/runtime/contract';
import { RecordInMemory, type RehearsedRun, type ScriptedAnswer } from './record-in-memory';

export type History = temporal.api.history.v1.IHistory;

/** A timer begins when the task that set it is completed, so it fires a little after the instant it was reckoned for. */
const TIMER_LAG_MS = 500;
/** Milliseconds in which a run rests, or ends. */
const PATIENCE_MS = 30_000;
const ZONE = 'America/New_York';

/** Nobody is told when a run wakes. */
export const noSinks = { waits: { wakesAt: { fn: () => {}, callDuringReplay: false } } };

export interface RehearsalOptions {
  /** Of a server that can skip time. */
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly workflowBundle: WorkflowBundleOption;
}

export interface Beginning {
  readonly journey: string;
  readonly version: number;
  readonly event: string;
  readonly properties: RunEvent['properties'];
  readonly at: number;
  readonly answers: readonly ScriptedAnswer[];
}

/** Runs of journeys on a real Temporal server with the record in memory, each on a clock of its own. */
export class Rehearsal {
  private readonly taskQueue = `publish-${randomBytes(6).toString('hex')}`;
  private readonly record = new RecordInMemory();
  private readonly client: Client;
  private readonly skipping: TimeSkipping;
  private stop: (() => Promise<void>) | undefined;

  constructor(private readonly options: RehearsalOptions) {
    const { connection, namespace } = options;
    this.client = new Client({ connection, namespace, identity: 'publish' });
    this.skipping = new TimeSkipping(this.client, new Set());
  }

  async open(): Promise<void> {
    const { connection, namespace, workflowBundle } = this.options;
    const worker = await Worker.create({
      connection,
      namespace,
      // What is recorded names no machine.
      identity: 'publish',
      taskQueue: this.taskQueue,
      workflowBundle,
      activities: this.record.activities(),
      enableNonLocalActivities: false,
      shutdownGraceTime: '1 second',
      sinks: noSinks,
    });
    const running = worker.run();
    this.stop = async () => {
      worker.shutdown();
      await running;
    };
  }

  async close(): Promise<void> {
    await this.stop?.();
  }

  async begin({ journey, version, event, properties, at, answers }: Beginning): Promise<Rehearsed> {
    const trigger = eventOf(1, event, properties, at);
    const input: RunInput = {
      enrollmentId: newId(),
      profileId: newId(),
      journey,
      version,
      key: '',
      zone: ZONE,
      trigger,
      clockOffsetMs: at - Date.now(),
      pending: [],
    };
    const run = this.record.enter(input, answers);
    const id = workflowId(journey, input.enrollmentId);
    await this.client.workflow.start(workflowType(journey, version), {
      workflowId: id,
      taskQueue: this.taskQueue,
      args: [input],
    });
    return new Rehearsed(run, this.client.workflow.getHandle(id), this.skipping);
  }
}

/** One run under rehearsal. */
export class Rehearsed {
  constructor(
    private readonly run: RehearsedRun,
    private readonly handle: WorkflowHandle,
    private readonly skipping: TimeSkipping,
  ) {}

  /** What it waits for, once it does; undefined when it is over. */
  async waiting(): Promise<Waiting | undefined> {
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; ) {
      if (await this.isOver()) return undefined;
      // A task that is under way, or a server that hands over to a new history, answers a little later.
      const waiting = await this.handle.query<Waiting>(WAITING_QUERY).catch(retryable);
      if (waiting && waiting.wakeAt !== null) return waiting;
      await delay(20);
    }
    throw new Error('The run neither rests nor ends: does its flow throw?');
  }

  /** Whether the gate has been asked as often as it has answers. */
  get isAnswered(): boolean {
    return this.run.answers.length === 0;
  }

  /** Lets time pass up to its next waking. */
  async wake(asleep: Waiting): Promise<void> {
    const { wakeAt } = asleep;
    if (wakeAt === null) return;
    this.run.now = Math.max(this.run.now, wakeAt);
    const until = wakeAt + TIMER_LAG_MS - this.run.input.clockOffsetMs;
    await this.skipping.forward(this.handle.workflowId, until);
    // Its task has been begun by then, and a query may still be answered by what was before it.
    for (let tries = 0; tries < 500; tries++) {
      const waiting = await this.waiting();
      if (waiting?.wakeAt !== wakeAt || waiting.points.join() !== asleep.points.join()) return;
      await delay(20);
    }
    throw new Error(`The run does not wake at ${new Date(wakeAt).toISOString()}: ${asleep.details}`);
  }

  /** An event arrives, a minute from now. */
  async receive(name: string, properties: RunEvent['properties']): Promise<void> {
    const event = eventOf(this.run.events.length + 1, name, properties, this.run.now + 60_000);
    this.run.events.push(event);
    await this.tell({ kind: 'event', event });
  }

  async tell(delivery: Delivery): Promise<void> {
    if (delivery.kind === 'end') this.run.end = delivery.end;
    if (delivery.kind === 'zone') this.run.zone = delivery.zone;
    await this.handle.signal(EVENTS_SIGNAL, [delivery]);
  }

  history(): Promise<History> {
    return this.handle.fetchHistory();
  }

  async end(): Promise<void> {
    if (!(await this.isOver())) await this.handle.terminate();
  }

  private async isOver(): Promise<boolean> {
    const { status } = await this.handle.describe();
    return status.name !== 'RUNNING';
  }
}

/** A query that comes while its run is closed, or begins, is asked again. */
function retryable(error: unknown): undefined {
  if (error instanceof QueryNotRegisteredError || error instanceof QueryRejectedError || isGone(error))
    return undefined;
  throw error;
}

function eventOf(seq: number, name: string, properties: RunEvent['properties'], at: number): RunEvent {
  return { seq, messageId: `m${seq}`, name, receivedAt: at, timestamp: at, properties };
}
