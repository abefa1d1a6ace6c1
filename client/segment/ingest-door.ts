import type { FastifyBaseLogger, FastifyPluginAsync } from 'fastify';
import type { AcceptedEvent, AppliedEvent, JsonObject } from '../../ingest';
import type { Database } from '../../store/database';
import { isUnavailable } from '../../store/database-errors';
import { insertQuarantined } from '../../store/quarantine';
import { enabledSources } from '../../store/sources';
import { describeError } from '../http/describe-error';
import type { IngestMetrics } from '../metrics';
import { createCommit, type JudgedEvent } from './commit-events';
import { segmentDoor } from './door';
import type { JudgeOptions } from './judge-event';
import { createMicroBatcher, type MicroBatcherOptions } from './micro-batcher';
import { createOutage } from './outage';
import { type Replay, replayQuarantined } from './replay-event';
import type { Violation } from './violation';
import { createWriteKeys } from './write-keys';

export interface IngestDoorOptions {
  readonly db: Database;
  /** Applies events in their order, in one transaction. */
  readonly apply: (events: readonly AcceptedEvent[]) => Promise<readonly AppliedEvent[]>;
  readonly judge: JudgeOptions;
  /** Key of the source `default`; the others are in the table `sources`. */
  readonly writeKey: string;
  /** Where clients reach this server. Default: where each request says it went. */
  readonly publicUrl?: string;
  readonly log: FastifyBaseLogger;
  readonly metrics: IngestMetrics;
  /** How much is gathered, kept waiting and refused. */
  readonly batching?: Batching;
}

export type Batching = Omit<MicroBatcherOptions<JudgedEvent, Violation>, 'commit'>;

export interface IngestDoor {
  /** Segment's routes. */
  readonly plugin: FastifyPluginAsync;
  /** Rejects while events cannot be taken. */
  check(): Promise<void>;
  /** Judges a quarantined event again, with `properties` laid over its own, and lets it take effect once. */
  replay(messageId: string, properties: JsonObject | undefined): Promise<Replay>;
  /** Takes nothing more; resolves when what was taken is committed or its client told to send again. */
  close(): Promise<void>;
}

/** The way in for events: judged, gathered, committed, answered. */
export function createIngestDoor(options: IngestDoorOptions): IngestDoor {
  const { db, apply, judge, log, metrics } = options;
  const outage = createOutage();
  const commit = createCommit({
    apply,
    quarantine: (rows) => insertQuarantined(db, rows),
    log,
  });
  const batcher = createMicroBatcher<JudgedEvent, Violation>({
    ...options.batching,
    commit: async (events) => {
      const stop = metrics.batchSeconds.startTimer();
      metrics.batchEvents.observe(events.length);
      try {
        const setAside = await commit(events);
        recovered();
        return setAside;
      } catch (error) {
        // An outage is told once, not for each batch.
        if (outage.began() || !isUnavailable(error)) {
          log.error({ events: events.length, error: describeError(error) }, 'events cannot be committed');
        }
        throw error;
      } finally {
        stop();
      }
    },
  });
  function recovered(): void {
    const lasted = outage.ended();
    if (lasted !== undefined) log.info({ seconds: Math.round(lasted / 1_000) }, 'events are committed again');
  }
  metrics.watchQueue(() => batcher.waiting);
  const writeKeys = createWriteKeys({ defaultKey: options.writeKey, load: () => enabledSources(db) });
  return {
    plugin: segmentDoor({
      writeKeys,
      judge,
      batcher,
      outage,
      metrics,
      publicUrl: options.publicUrl,
    }),
    async check() {
      await enabledSources(db);
      recovered();
      if (batcher.full()) throw new IngestOverloaded();
    },
    replay: (messageId, properties) => replayQuarantined(messageId, properties, { db, apply, judge }),
    close: () => batcher.close(),
  };
}

class IngestOverloaded extends Error {
  readonly code = 'INGEST_OVERLOADED';

  constructor() {
    super('More events wait to be committed than may; they are refused until some have gone in.');
    this.name = 'IngestOverloaded';
  }
}
