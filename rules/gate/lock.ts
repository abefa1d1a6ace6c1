import type { Lock } from '../../catalog/policy';
import { type Answer, deferred, passed } from './answer';
import type { GateFacts } from './facts';

export interface LockFacts {
  /** What the asking journey declares. */
  readonly declared?: Lock | undefined;
  /** The lock that is in force, whoever has it. */
  readonly holder?: LockHolder | undefined;
  /** Other journeys with a run of this customer that is due by now and has not shown yet whether it will ask. */
  readonly rivals: readonly Rival[];
}

export interface LockHolder {
  readonly journey: string;
  readonly priority: number;
  readonly since: Date;
  readonly until: Date;
}

export interface Rival {
  readonly journey: string;
  readonly priority: number;
}

/**
 * Marketing of one journey at a time: while a lock lasts every other journey's waits for its end. Nobody evicts a holder;
 * a free customer goes to the highest priority of those who ask in the same instant.
 */
export function askLock({ purpose, journey, lock }: GateFacts): Answer {
  if (purpose !== 'marketing') return passed({ purpose });
  const { holder, declared, rivals } = lock;
  if (holder) {
    const { priority, since, until } = holder;
    const saw = { holder: holder.journey, priority, since: since.toISOString(), until: until.toISOString() };
    return holder.journey === journey ? passed(saw) : deferred('locked', until, saw);
  }
  const saw = { holder: null, ...(declared && { priority: declared.priority }) };
  const first = rivals.find((rival) => goesBefore(rival, { journey, priority: declared?.priority }));
  if (!first) return passed(saw);
  return { result: 'refused', saw, refusal: { verdict: 'yields', to: first.journey } };
}

/** Of the same priority, which `jornada check` refuses, the alphabet decides: it must be somebody. */
function goesBefore(rival: Rival, asker: { journey: string; priority: number | undefined }): boolean {
  if (rival.journey === asker.journey) return false;
  if (asker.priority === undefined || rival.priority < asker.priority) return true;
  return rival.priority === asker.priority && rival.journey < asker.journey;
}
