import type { Logger } from '../../config/logger';
import type { Database } from '../../store/database';
import { deleteOutbox } from '../../store/outbox-delivery';
import type { Backoff } from '../backoff';

/** Deletes delivered rows: those that pile up while one statement runs go together in the next. */
export class Removals {
  private waiting: { readonly outboxIds: readonly number[]; readonly done: () => void }[] = [];
  private running = false;

  constructor(
    private readonly db: Database,
    private readonly backoff: Backoff,
    private readonly log: Logger,
  ) {}

  /** Resolves once the rows are gone, or the dispatcher stops: then they are delivered once more, harmlessly. */
  remove(outboxIds: readonly number[]): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push({ outboxIds, done: resolve });
      if (!this.running) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      await this.deleteAll(batch.flatMap(({ outboxIds }) => outboxIds));
      for (const { done } of batch) done();
    }
    this.running = false;
  }

  private async deleteAll(outboxIds: readonly number[]): Promise<void> {
    for (let failures = 0; ; failures++) {
      try {
        return await deleteOutbox(this.db, outboxIds);
      } catch (error) {
        if (failures === 0)
          this.log.warn({ err: error }, 'delivered rows could not be deleted; trying again');
        if (!(await this.backoff.pause(failures))) return;
      }
    }
  }
}
