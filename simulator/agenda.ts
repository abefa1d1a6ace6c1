/** What is to happen, in order of its instant; of what is due in one instant the lower rank comes first, then what was put down first. */
export class Agenda {
  private readonly heap: Appointment[] = [];
  private count = 0;

  /** Puts down that `work` is due `at` an instant (epoch milliseconds). Answers how to cross it out again. */
  add(at: number, rank: number, work: () => Promise<void> | void): () => void {
    const appointment: Appointment = { at, rank, place: this.count++, work };
    this.heap.push(appointment);
    this.rise(this.heap.length - 1);
    return () => {
      appointment.work = undefined;
    };
  }

  /** When the next of it is due; undefined when nothing is. */
  get nextAt(): number | undefined {
    this.dropCrossedOut();
    return this.heap[0]?.at;
  }

  /** Takes out what is due next. */
  take(): (() => Promise<void> | void) | undefined {
    this.dropCrossedOut();
    return this.pop()?.work;
  }

  private dropCrossedOut(): void {
    while (this.heap[0] && this.heap[0].work === undefined) this.pop();
  }

  private pop(): Appointment | undefined {
    const [first] = this.heap;
    const last = this.heap.pop();
    if (last && last !== first) {
      this.heap[0] = last;
      this.sink();
    }
    return first;
  }

  private rise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.swapIfBefore(at, parent)) return;
      at = parent;
    }
  }

  private sink(): void {
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const least = this.before(right, left) ? right : left;
      if (!this.swapIfBefore(least, at)) return;
      at = least;
    }
  }

  private swapIfBefore(one: number, other: number): boolean {
    const [a, b] = [this.heap[one], this.heap[other]];
    if (!a || !b || !this.before(one, other)) return false;
    this.heap[one] = b;
    this.heap[other] = a;
    return true;
  }

  private before(one: number, other: number): boolean {
    const [a, b] = [this.heap[one], this.heap[other]];
    if (!a) return false;
    if (!b) return true;
    return (a.at - b.at || a.rank - b.rank || a.place - b.place) < 0;
  }
}

/** In one instant: what happens, what time moves, what ends a doubt, then timers. */
export const rank = { stage: 1, settle: 2, timer: 3 } as const;

interface Appointment {
  readonly at: number;
  readonly rank: number;
  readonly place: number;
  work: (() => Promise<void> | void) | undefined;
}
