import type { PaceFacts } from '../../rules/gate/pace';
import type { Database } from '../../store/database';
import { takePace } from '../../store/pace';
import type { PaceRequest } from './pace-limits';

/**
 * Gives messages their turns. What is asked for while a statement runs goes together in the next: the queues are single
 * rows, which many workers share, and none is held for longer than that statement.
 */
export interface Pacer {
  takeTurn(request: PaceRequest): Promise<PaceFacts>;
}

export function createPacer(db: Database): Pacer {
  let waiting: Waiting[] = [];
  let working = false;

  async function work(): Promise<void> {
    for (let batch = waiting; batch.length > 0; batch = waiting) {
      waiting = [];
      try {
        const turns = await serve(db, batch);
        for (const [at, { resolve }] of batch.entries()) resolve(turns[at] as PaceFacts);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    working = false;
  }

  return {
    takeTurn: (request) =>
      new Promise((resolve, reject) => {
        waiting.push({ ...request, resolve, reject });
        if (working) return;
        working = true;
        void work();
      }),
  };
}

interface Waiting extends PaceRequest {
  resolve(turn: PaceFacts): void;
  reject(error: unknown): void;
}

async function serve(db: Database, batch: readonly PaceRequest[]): Promise<PaceFacts[]> {
  const lengths = new Map<string, number>();
  const places = batch.map((request) =>
    request.limits.map((limit) => {
      const forMs = (request.segments * 1_000) / limit.segmentsPerSecond;
      const line = request.urgent ? `${limit.queue} urgent` : limit.queue;
      const ahead = lengths.get(line) ?? 0;
      // What goes before the others takes its time from them all the same.
      for (const queue of new Set([line, limit.queue])) lengths.set(queue, (lengths.get(queue) ?? 0) + forMs);
      return { line, ahead, segmentsPerSecond: limit.segmentsPerSecond };
    }),
  );
  const turns = await takePace(
    db,
    [...lengths].map(([queue, forMs]) => ({ queue, forMs })),
  );
  return places.map((ofOne) => {
    const found = ofOne.map(({ line, ahead, segmentsPerSecond }) => ({
      slot: new Date((turns.get(line)?.getTime() ?? 0) + ahead),
      segmentsPerSecond,
    }));
    return found.reduce((last, one) => (one.slot > last.slot ? one : last));
  });
}
