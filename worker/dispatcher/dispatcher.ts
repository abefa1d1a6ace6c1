import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from '../../config/logger';
import type { Registry } from 'prom-client';
import type { Database } from '../../store/database';
import { fetchOutbox, type OutboxRow } from '../../store/outbox-delivery';
import { Backoff } from '../backoff';
import { repeat } from '../repeat';
import { CustomerDelivery } from './delivery';
import { keepLanes } from './lane-keeper';
import { listen } from './listener';
import { dispatcherMetrics } from './metrics';
import { Presence, presenceChannel } from './presence';
import { Removals } from './removals';
import { temporalRuns } from './temporal-runs';

export interface DispatcherOptions {
  readonly db: Database;
  /** Stands on `connection`. */
  readonly client: Client;
  /** The worker's own: only then can a start be eager. */
  readonly connection: NativeConnection;
  /** Of the journeys' worker. */
  readonly taskQueue: string;
  readonly registry: Registry;
  readonly log: Logger;
  /** Milliseconds after which the lanes of a dispatcher that died are taken over. Default 5,000. */
  readonly leaseMs?: number;
  /** Milliseconds between two looks at the outbox when nothing wakes us. Default 1,000. */
  readonly pollMs?: number;
  /** Told of each delivery that Temporal has taken. */
  readonly onDelivered?: (workflowId: string, kind: 'start' | 'signal') => void;
}

export interface Dispatcher {
  /** Resolves once a look at the outbox, begun after this call, found nothing left in our lanes. */
  drained(): Promise<void>;
  /** Finishes the calls under way, gives the lanes back and stops. Nothing is lost: what is left stays in the outbox. */
  stop(): Promise<void>;
}

/** Tells the workflows what ingest wrote into the outbox: at least once, in order for each customer. */
export function startDispatcher(options: DispatcherOptions): Dispatcher {
  const { db, log } = options;
  const leaseMs = options.leaseMs ?? 5_000;
  const owner = `${hostname()}/${process.pid}/${randomBytes(4).toString('hex')}`;
  const metrics = dispatcherMetrics(options.registry, db);
  const backoff = new Backoff();
  const presence = new Presence(owner, leaseMs);
  const removals = new Removals(db, backoff, log);

  /** By profile: every customer with rows in hand, and the number of the fetch that brought them. */
  const busy = new Map<string, { readonly rows: readonly OutboxRow[]; readonly fetch: number }>();
  const queue: string[] = [];
  let active = 0;
  let fetches = 0;
  let fetching = false;
  let wanted = false;
  let stopping = false;
  let stopped: Promise<void> | undefined;
  let unreadable = false;
  const underWay = new Set<Promise<void>>();
  let drainWaiters: { readonly fetch: number; readonly done: () => void }[] = [];

  const keeper = keepLanes({
    db,
    owner,
    leaseMs,
    others: () => presence.others(),
    isBusy: (lane) => [...busy.values()].some(({ rows }) => rows[0]?.lane === lane),
    onTaken: () => look(),
    onReleased: () => presence.say(db, 'released'),
    log,
  });
  const delivery = new CustomerDelivery({
    db,
    runs: temporalRuns({
      client: options.client,
      connection: options.connection,
      taskQueue: options.taskQueue,
    }),
    backoff,
    metrics,
    holds: (lane) => !stopping && keeper.holds(lane),
    onDelivered: options.onDelivered ?? (() => {}),
    log,
  });
  const listener = listen({
    db,
    channels: ['jornada_outbox', presenceChannel],
    onMessage: (channel, payload) => {
      if (channel !== presenceChannel) look();
      else if (presence.hear(payload)) void keeper.review();
    },
    onListening: () => look(),
    log,
  });

  const beating = repeat({
    name: 'dispatcher',
    everyMs: leaseMs / 3,
    work: async () => {
      await keeper.review();
      metrics.lanes.set(keeper.lanes().length);
      if (presence.isDeaf()) listener.reconnect();
      await presence.say(db, 'here');
      return false;
    },
    log,
  });
  const polling = setInterval(() => look(), options.pollMs ?? 1_000);

  /** Fetches what there is, one fetch at a time; what is wanted meanwhile is fetched after. */
  function look(): void {
    wanted = true;
    if (!fetching) track(fetchAll());
  }

  function track(work: Promise<void>): void {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  }

  async function fetchAll(): Promise<void> {
    fetching = true;
    while (wanted && !stopping && queue.length < CONCURRENCY) {
      wanted = false;
      try {
        if (await fetchOnce()) wanted = true;
        unreadable = false;
      } catch (error) {
        if (!unreadable) log.warn({ err: error }, 'the outbox cannot be read; trying until it can');
        unreadable = true;
        if (await backoff.pause(3)) wanted = true;
      }
    }
    fetching = false;
  }

  /** Answers whether there may be more. */
  async function fetchOnce(): Promise<boolean> {
    const fetch = ++fetches;
    const limit = 500;
    const rows = await fetchOutbox(db, {
      owner,
      lanes: keeper.lanes(),
      busyProfiles: [...busy.keys()],
      busyEnrollments: [...busy.values()].flatMap(({ rows: held }) => held.map((row) => row.enrollmentId)),
      limit,
    });
    for (const [profileId, own] of byCustomer(rows)) {
      busy.set(profileId, { rows: own, fetch });
      queue.push(profileId);
    }
    work();
    if (rows.length === 0 && busy.size === 0) resolveDrained(fetch);
    return rows.length === limit;
  }

  function work(): void {
    while (active < CONCURRENCY) {
      const profileId = queue.shift();
      if (profileId === undefined) break;
      active++;
      track(deliverTo(profileId));
    }
    metrics.customers.set(busy.size);
  }

  async function deliverTo(profileId: string): Promise<void> {
    const claim = busy.get(profileId);
    try {
      const done = await delivery.deliver(claim?.rows ?? []);
      if (done.length > 0) await removals.remove(done);
    } catch (error) {
      // The database was away in the middle: the rows are still there and come with the next fetch.
      log.warn({ err: error }, 'a delivery broke off; trying again');
      await backoff.pause(3);
    }
    busy.delete(profileId);
    active--;
    if (stopping) return;
    work();
    const lane = claim?.rows[0]?.lane;
    if (lane !== undefined) keeper.finished(lane);
    // Rows that came since the customer was claimed were passed over.
    if (wanted || fetches > (claim?.fetch ?? 0) || drainWaiters.length > 0) look();
  }

  function resolveDrained(fetch: number): void {
    const waiting = drainWaiters;
    drainWaiters = waiting.filter((waiter) => waiter.fetch > fetch);
    for (const waiter of waiting) if (waiter.fetch <= fetch) waiter.done();
  }

  return {
    drained: () =>
      new Promise((resolve) => {
        drainWaiters.push({ fetch: fetches + 1, done: resolve });
        look();
      }),
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };

  async function stop(): Promise<void> {
    stopping = true;
    clearInterval(polling);
    queue.length = 0;
    backoff.stop();
    await Promise.all([beating.stop(), listener.stop()]);
    while (underWay.size > 0) await Promise.all(underWay);
    resolveDrained(Number.POSITIVE_INFINITY);
    try {
      await keeper.release();
      await presence.say(db, 'gone');
    } catch (error) {
      log.warn({ err: error }, 'the lanes could not be given back; their leases run out');
    }
  }
}

/** Customers delivered to at the same time. */
const CONCURRENCY = 100;

function byCustomer(rows: readonly OutboxRow[]): Map<string, OutboxRow[]> {
  const customers = new Map<string, OutboxRow[]>();
  for (const row of rows) {
    const own = customers.get(row.profileId);
    if (own) own.push(row);
    else customers.set(row.profileId, [row]);
  }
  return customers;
}
