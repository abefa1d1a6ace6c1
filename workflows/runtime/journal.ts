import type { JournalEntry } from './contract';
import { JourneyMistake } from './errors';

/**
 * What each step of a run came to, in the order they finished. A continued run walks through its journey again with
 * these answers, and only then goes on for real; the author notices nothing.
 */
export class Journal {
  readonly entries: JournalEntry[] = [];
  /** Nothing is left to repeat. */
  caughtUp: boolean;
  private readonly asked = new Map<number, { name: string; answer(entry: JournalEntry | undefined): void }>();

  constructor(private readonly former: readonly JournalEntry[] = []) {
    this.caughtUp = former.length === 0;
  }

  /** What the step came to before the run continued; undefined once there is nothing more to repeat. */
  past(step: number, name: string): Promise<JournalEntry | undefined> {
    return new Promise((answer) => this.asked.set(step, { name, answer }));
  }

  /** Gives the answers back one at a time, each after the journey has done all it could with the one before. */
  async replay(
    onAnswer: (entry: JournalEntry) => void,
    stopped: () => boolean,
    atRest: () => Promise<void>,
  ): Promise<void> {
    for (const entry of this.former) {
      await atRest();
      if (stopped()) return;
      const asked = this.asked.get(entry.step);
      if (asked?.name !== entry.name) {
        throw new JourneyMistake(
          'JOURNEY_DIVERGED',
          `Step ${entry.step} was "${entry.name}" and is now "${asked?.name ?? 'not reached'}". ` +
            'A journey must decide by its trigger, its steps and j.now alone, and a published version must not change.',
        );
      }
      this.asked.delete(entry.step);
      this.entries.push(entry);
      onAnswer(entry);
      asked.answer(entry);
    }
    await atRest();
    this.caughtUp = true;
    for (const { answer } of this.asked.values()) answer(undefined);
    this.asked.clear();
  }
}
