import type { JournalEntry, Moved } from './contract';

/**
 * Walks the new version of a journey to the wait that a run of the version before slept at. Steps that the run has done
 * are answered as they were, each once, by their names; those that only the new version has are passed over, for their
 * moment is gone; what only reads or grants is done now.
 */
export class Crossing {
  private readonly left: JournalEntry[];

  constructor(readonly moved: Moved) {
    this.left = [...moved.journal];
  }

  /** The run stands where it stood. */
  isReached(point: string | undefined, occurrence: number): boolean {
    return point === this.moved.resumeAt && occurrence === this.moved.occurrence;
  }

  /** What a step before that is answered; undefined: it is done. */
  answer(
    name: string,
    passed: { readonly result: unknown } | undefined,
  ): { readonly result: unknown; readonly now?: number } | undefined {
    const place = this.left.findIndex((entry) => entry.name === name);
    const [entry] = place < 0 ? [] : this.left.splice(place, 1);
    return entry ? { result: entry.result, now: entry.now } : passed;
  }
}
