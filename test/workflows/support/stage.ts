import { randomBytes } from 'node:crypto';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { type NativeConnection, Worker } from '@temporalio/worker';
import { newId } from '../../../store/ids';
import { bundleWorkflows } from '../../../worker/bundle-workflows';
import { workflowId } from '../../../worker/workflow-names';
import type {
  Delivery,
  RunEnd,
  RunEvent,
  RunInput,
  RunResult,
  Waiting,
} from '../../../workflows/runtime/contract';
import { EVENTS_SIGNAL, WAITING_QUERY } from '../../../workflows/runtime/names';
import { eventually } from '../../support/eventually';
import { nativeConnection, quietRuntime } from '../../support/temporal';
import { type Entry, FakeRecord, iso } from './fake-record';
import { forward } from './forward';

const { EventType } = temporal.api.enums.v1;
type History = temporal.api.history.v1.IHistory;

/** A timer begins when the task that set it is completed, so it fires a little after the instant it was reckoned for. */
const TIMER_LAG_MS = 500;

export interface Entering {
  /** ISO instant of the trigger. */
  readonly at: string;
  readonly version?: number;
  /** Default `Feature Viewed`. */
  readonly event?: string;
  readonly properties?: RunEvent['properties'];
  /** Default America/New_York. */
  readonly zone?: string;
  /** Stored before the trigger. */
  readonly before?: readonly PastEvent[];
  /** Events that arrived behind the trigger and travel with the start. */
  readonly pending?: readonly PastEvent[];
  /** An end that travels with the start. */
  readonly end?: RunEnd;
  /** How late the run is started, in milliseconds. Default 0. */
  readonly lateMs?: number;
  readonly answers?: Entry['answers'];
  readonly sendResults?: Entry['sendResults'];
  readonly failures?: readonly string[];
  /** Sends whose end travels with the start. */
  readonly settled?: readonly string[];
  readonly historyLimit?: number;
}

export interface PastEvent {
  readonly name: string;
  readonly at: string;
  readonly properties?: RunEvent['properties'];
}

/** Journeys on the real Temporal server, with the record in memory and a clock that is moved. */
export class Stage {
  readonly record = new FakeRecord();
  private readonly runs: Run[] = [];
  readonly wakes = new Map<string, number | null>();
  readonly taskQueue = `stage-${randomBytes(6).toString('hex')}`;
  private worker: { readonly stop: () => Promise<void> } | undefined;

  private constructor(
    private readonly connection: NativeConnection,
    readonly client: Client,
    private readonly code: string,
  ) {}

  /** With a worker for the journeys of the bundle at `workflowsPath`; by default those that ship and the fixtures. */
  static async open(workflowsPath = require.resolve('../fixtures')): Promise<Stage> {
    quietRuntime();
    const [connection, code] = await Promise.all([nativeConnection(), bundleWorkflows(workflowsPath)]);
    const stage = new Stage(connection, new Client({ connection, identity: 'stage' }), code);
    await stage.startWorker();
    return stage;
  }

  /** Every run that was on the stage must replay. */
  async close(): Promise<void> {
    await this.stopWorker();
    const failures: string[] = [];
    const histories = Worker.runReplayHistories(
      { workflowBundle: { code: this.code }, sinks: this.sinks() },
      this.allHistories(),
    );
    for await (const { workflowId: id, error } of histories) {
      if (error) failures.push(`${id}: ${error.message}`);
    }
    await this.connection.close();
    expect(failures).toEqual([]);
  }

  private sinks() {
    const fn = (_info: unknown, enrollmentId: string, wakeAt: number | null) => {
      this.wakes.set(enrollmentId, wakeAt);
    };
    return { waits: { wakesAt: { fn, callDuringReplay: false } } };
  }

  private async *allHistories() {
    for (const run of this.runs) {
      for (const history of await this.histories(run)) {
        yield { workflowId: run.handle.workflowId, history };
      }
    }
  }

  async startWorker(): Promise<void> {
    if (this.worker) return;
    const worker = await Worker.create({
      connection: this.connection,
      identity: 'stage',
      taskQueue: this.taskQueue,
      workflowBundle: { code: this.code },
      activities: this.record.activities(),
      enableNonLocalActivities: false,
      shutdownGraceTime: '1 second',
      stickyQueueScheduleToStartTimeout: '200 ms',
      sinks: this.sinks(),
    });
    const running = worker.run();
    this.worker = {
      stop: async () => {
        worker.shutdown();
        await running;
      },
    };
  }

  /** The histories that a run has been through, each continuing the one before. */
  async histories(run: Run): Promise<History[]> {
    const histories: History[] = [];
    let runId: string | undefined = run.firstRunId;
    while (runId) {
      const history = await this.client.workflow.getHandle(run.handle.workflowId, runId).fetchHistory();
      histories.push(history);
      const last = history.events?.at(-1);
      runId = last?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
    }
    return histories;
  }

  async stopWorker(): Promise<void> {
    await this.worker?.stop();
    this.worker = undefined;
  }

  /** Starts a run, and returns when it rests. */
  async enter(journey: string, entering: Entering): Promise<Run> {
    const run = await this.start(journey, entering);
    await run.rests();
    return run;
  }

  async start(journey: string, entering: Entering): Promise<Run> {
    const at = Date.parse(entering.at);
    const past = (entering.before ?? []).map((event, index) => storedEvent(index + 1, event));
    const trigger = storedEvent(past.length + 1, {
      name: entering.event ?? 'Feature Viewed',
      at: entering.at,
      properties: entering.properties ?? {},
    });
    const input: RunInput = {
      enrollmentId: newId(),
      profileId: newId(),
      journey,
      version: entering.version ?? 1,
      key: '',
      zone: entering.zone ?? 'America/New_York',
      trigger,
      clockOffsetMs: at + (entering.lateMs ?? 0) - Date.now(),
      pending: [],
      ...(entering.historyLimit === undefined ? {} : { historyLimit: entering.historyLimit }),
    };
    const entry = this.record.enter(input);
    entry.events.unshift(...past);
    entry.answers.push(...(entering.answers ?? []));
    entry.sendResults.push(...(entering.sendResults ?? []));
    entry.failures.push(...(entering.failures ?? []));
    const run = new Run(this, entry, this.client.workflow.getHandle(workflowId(journey, input.enrollmentId)));
    const pending: Delivery[] = (entering.pending ?? []).map(({ name, at, properties = {} }) => ({
      kind: 'event',
      event: run.store(name, properties, at),
    }));
    for (const sendId of entering.settled ?? []) pending.push({ kind: 'settled', sendId });
    if (entering.end) pending.push({ kind: 'end', end: entering.end });
    const handle = await this.client.workflow.start(`${journey}.v${input.version}`, {
      workflowId: run.handle.workflowId,
      taskQueue: this.taskQueue,
      requestEagerStart: true,
      args: [{ ...input, pending }],
    });
    run.firstRunId = handle.firstExecutionRunId;
    this.runs.push(run);
    return run;
  }
}

/** One run on the stage. */
export class Run {
  firstRunId = '';
  private aheadMs = 0;

  constructor(
    private readonly stage: Stage,
    readonly entry: Entry,
    readonly handle: WorkflowHandle,
  ) {}

  private get id(): string {
    return this.entry.input.enrollmentId;
  }

  /**
   * Resolves when no task of the run is under way: a query waits for the one that is. The server holds the first task of a
   * continued run back for a second, and answers no query until then; nor one that meets the end of its run.
   */
  rests(): Promise<Waiting> {
    const { connection } = this.stage.client;
    return eventually(
      () => connection.withDeadline(Date.now() + 3_000, () => this.handle.query<Waiting>(WAITING_QUERY)),
      { timeout: 30_000 },
    );
  }

  /** Moves the clock to an instant, by way of every wake-up that is due until then. */
  async travel(to: string): Promise<void> {
    const target = Date.parse(to);
    for (let tries = 1; ; tries++) {
      const wakeAt = this.stage.wakes.get(this.id) ?? null;
      if (wakeAt === null || wakeAt > target) break;
      if (tries > 1_000) throw new Error(`The run does not wake at ${iso(wakeAt)}`);
      this.entry.now = Math.max(wakeAt, this.entry.now);
      if (!(await this.forwardTo(wakeAt + TIMER_LAG_MS))) break;
    }
    this.entry.now = target;
    await this.forwardTo(target);
  }

  /** An event of the customer arrives. */
  async event(name: string, properties: RunEvent['properties'], at: string): Promise<RunEvent> {
    const event = this.store(name, properties, at);
    await this.tell({ kind: 'event', event });
    return event;
  }

  /** An event is stored, and its signal is late. */
  store(name: string, properties: RunEvent['properties'], at: string, timestamp = at): RunEvent {
    const { events } = this.entry;
    const event = {
      ...storedEvent((events.at(-1)?.seq ?? 0) + 1, { name, at, properties }),
      timestamp: Date.parse(timestamp),
    };
    events.push(event);
    return event;
  }

  /** The record ends the enrollment, and tells the run. */
  async end(end: RunEnd): Promise<void> {
    this.stage.record.end(this.id, end);
    await this.tell({ kind: 'end', end });
  }

  async moveTo(zone: string, at?: string): Promise<void> {
    this.entry.zone = zone;
    await this.tell({ kind: 'zone', zone, ...(at !== undefined && { at: Date.parse(at) }) });
  }

  async tell(...deliveries: Delivery[]): Promise<void> {
    await this.signal(...deliveries);
    if (!(await this.isOver())) await this.rests();
  }

  async signal(...deliveries: Delivery[]): Promise<void> {
    await this.handle.signal(EVENTS_SIGNAL, deliveries);
  }

  result(): Promise<RunResult> {
    return this.handle.result() as Promise<RunResult>;
  }

  async isOver(): Promise<boolean> {
    const { status } = await this.handle.describe();
    return status.name !== 'RUNNING' && status.name !== 'CONTINUED_AS_NEW';
  }

  /** Types of the events in the history, without the prefix. */
  async history(): Promise<string[]> {
    const { events } = await this.handle.fetchHistory();
    return (events ?? []).map(({ eventType }) => EventType[eventType ?? 0]?.replace('EVENT_TYPE_', '') ?? '');
  }

  private async forwardTo(instant: number): Promise<boolean> {
    if (await this.isOver()) return false;
    const byMs = instant - (Date.now() + this.entry.input.clockOffsetMs + this.aheadMs);
    if (byMs > 0) {
      const aheadMs = await forward(this.stage.client, this.handle.workflowId, byMs);
      if (aheadMs === undefined) return false;
      this.aheadMs = aheadMs;
    }
    await this.rests();
    return true;
  }
}

function storedEvent(seq: number, { name, at, properties = {} }: PastEvent): RunEvent {
  const receivedAt = Date.parse(at);
  return { seq, messageId: `m${seq}`, name, receivedAt, timestamp: receivedAt, properties };
}
