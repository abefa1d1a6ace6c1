/** A stretch of time, half-open. */
export interface HeldLock {
  readonly lockId: number;
  readonly from: Date;
  readonly until: Date;
}

/**
 * The locks of two customers who are one: none may overlap another, and of two that do the one taken first stays.
 */
export function mergeLocks<L extends HeldLock>(
  ours: readonly L[],
  theirs: readonly L[],
): { readonly stay: L[]; readonly overruled: L[] } {
  const stay: L[] = [];
  const overruled: L[] = [];
  for (const lock of [...ours, ...theirs].toSorted(takenFirst)) {
    const overlaps = stay.some((earlier) => lock.from < earlier.until && earlier.from < lock.until);
    (overlaps ? overruled : stay).push(lock);
  }
  return { stay, overruled };
}

/** Of two taken in the same instant any may stay, as long as it is always the same. */
function takenFirst(a: HeldLock, b: HeldLock): number {
  return a.from.getTime() - b.from.getTime() || a.lockId - b.lockId;
}
