import type { Database } from '../../store/database';

/** A run that wakes by itself at some instant. */
export interface Sleeper {
  readonly workflowId: string;
  /** Epoch milliseconds on Jornada's clock. */
  readonly wakeAt: number;
  /** Jornada's clock minus the wall clock when the run was started; what it has skipped since comes on top. */
  readonly clockOffsetMs: number;
  /** Resolves when the run says something else: when it wakes next, or that it is over. */
  readonly replaced: Promise<void>;
}

/**
 * When each open run wakes next, as the runs themselves say before every rest. Kept in memory to be asked, and in a
 * table of the sandbox's own to survive a restart.
 */
export class Sleepers {
  /** When any run last said something, by `performance.now()`. */
  heardAt = 0;
  private readonly byId = new Map<string, Sleeper & { readonly replace: () => void }>();
  /** Those that did not wake when they were due. */
  private readonly lost = new WeakSet<Sleeper>();
  private unwritten = new Map<string, Sleeper | undefined>();
  private writing: Promise<void> = Promise.resolve();
  private writer: Promise<void> | undefined;

  private constructor(private readonly db: Database) {}

  static async open(db: Database): Promise<Sleepers> {
    await db.query(`
      create schema if not exists sandbox;
      create table if not exists sandbox.sleepers (
        workflow_id text primary key,
        wake_at timestamptz not null,
        clock_offset_ms bigint not null
      )`);
    const sleepers = new Sleepers(db);
    const { rows } = await db.query<{ workflowId: string; wakeAt: Date; clockOffsetMs: number }>(
      `select workflow_id as "workflowId", wake_at as "wakeAt", clock_offset_ms as "clockOffsetMs"
       from sandbox.sleepers`,
    );
    for (const { workflowId, wakeAt, clockOffsetMs } of rows) {
      sleepers.keep(workflowId, wakeAt.getTime(), clockOffsetMs);
    }
    return sleepers;
  }

  get ids(): readonly string[] {
    return [...this.byId.keys()];
  }

  /** Resolves once it is on disk: the task in which the run says so is not completed before. */
  tell(workflowId: string, wakeAt: number | null, clockOffsetMs: number): Promise<void> {
    this.heardAt = performance.now();
    const former = this.byId.get(workflowId);
    if (wakeAt === null) this.byId.delete(workflowId);
    else this.keep(workflowId, wakeAt, clockOffsetMs);
    this.unwritten.set(workflowId, this.byId.get(workflowId));
    former?.replace();
    return this.write();
  }

  /** There is no such run any more, whatever it said last. */
  async forget(workflowId: string): Promise<void> {
    if (this.byId.has(workflowId)) await this.tell(workflowId, null, 0);
  }

  /** Does not count it any more until the run says something new. */
  giveUp(sleeper: Sleeper): void {
    this.lost.add(sleeper);
  }

  /** Whether this is still the last that the run said. */
  isCurrent(sleeper: Sleeper): boolean {
    return this.byId.get(sleeper.workflowId) === sleeper;
  }

  /** The earliest wake-up. */
  earliest(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const sleeper of this.byId.values()) {
      if (sleeper.wakeAt < earliest && !this.lost.has(sleeper)) earliest = sleeper.wakeAt;
    }
    return earliest;
  }

  /** Those that wake by `until`, earliest first. */
  wakingBy(until: number): Sleeper[] {
    return [...this.byId.values()]
      .filter((sleeper) => sleeper.wakeAt <= until && !this.lost.has(sleeper))
      .sort((a, b) => a.wakeAt - b.wakeAt);
  }

  private keep(workflowId: string, wakeAt: number, clockOffsetMs: number): void {
    let replace = () => {};
    const replaced = new Promise<void>((resolve) => {
      replace = resolve;
    });
    this.byId.set(workflowId, { workflowId, wakeAt, clockOffsetMs, replaced, replace });
  }

  /** What is said while one statement runs goes together in the next, of each run the last word only. */
  private write(): Promise<void> {
    if (!this.writer) {
      this.writer = this.writing
        .catch(() => {})
        .then(() => {
          this.writer = undefined;
          this.writing = this.writeAll();
          return this.writing;
        });
    }
    return this.writer;
  }

  private async writeAll(): Promise<void> {
    const batch = this.unwritten;
    this.unwritten = new Map();
    const rows = [...batch].map(([workflowId, sleeper]) => ({
      workflow_id: workflowId,
      wake_at: sleeper ? new Date(sleeper.wakeAt) : null,
      clock_offset_ms: sleeper?.clockOffsetMs ?? 0,
    }));
    await this.db.query({
      name: 'sandbox-sleepers',
      text: `with said as materialized (
               select * from json_to_recordset($1)
                 as r(workflow_id text, wake_at timestamptz, clock_offset_ms bigint)
             ), over as (
               delete from sandbox.sleepers s using said
               where s.workflow_id = said.workflow_id and said.wake_at is null
             )
             insert into sandbox.sleepers select * from said where wake_at is not null
             on conflict (workflow_id) do update
               set wake_at = excluded.wake_at, clock_offset_ms = excluded.clock_offset_ms`,
      values: [JSON.stringify(rows)],
    });
  }
}
