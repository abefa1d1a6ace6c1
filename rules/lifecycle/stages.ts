import { lifecycle, type Stage } from '../../catalog/lifecycle';
import { addDays, toInstant, toLocal } from '../time/local-time';

/** Where a customer stands; all null for one who never registered, save the activity. */
export interface StageState {
  readonly registeredAt: Date | null;
  readonly stage: Stage | null;
  readonly stageSince: Date | null;
  /** When time alone moves the stage next. */
  readonly stageDueAt: Date | null;
  readonly lastActivityAt: Date | null;
}

export interface StageMove {
  readonly from: Stage | 'registered';
  readonly to: Stage;
  readonly at: Date;
}

export interface Staged {
  readonly state: StageState;
  readonly move: StageMove | undefined;
}

/** The first registration begins the stage `new`; a later one changes nothing. */
export function register(state: StageState, at: { timestamp: Date; receivedAt: Date; zone: string }): Staged {
  if (state.registeredAt !== null) return { state, move: undefined };
  const move: StageMove = { from: 'registered', to: 'new', at: at.receivedAt };
  const stageDueAt = endOfNew(at.timestamp, at.zone);
  return {
    state: { ...state, registeredAt: at.timestamp, stage: 'new', stageSince: at.receivedAt, stageDueAt },
    move,
  };
}

/** Something the customer did at `timestamp`, known since `receivedAt`. */
export function act(state: StageState, at: { timestamp: Date; receivedAt: Date }): Staged {
  if (state.lastActivityAt !== null && at.timestamp <= state.lastActivityAt)
    return { state, move: undefined };
  const active: StageState = { ...state, lastActivityAt: at.timestamp };
  const idleAt = idleSince(at.timestamp);
  switch (state.stage) {
    case null:
    case 'new':
      return { state: active, move: undefined };
    case 'active':
    case 'reactivated':
      return { state: { ...active, stageDueAt: idleAt }, move: undefined };
    case 'inactive': {
      // What is learned of too late shows a customer who has gone quiet since.
      if (idleAt <= at.receivedAt) return { state: active, move: undefined };
      const move: StageMove = { from: 'inactive', to: 'reactivated', at: at.receivedAt };
      const state: StageState = {
        ...active,
        stage: 'reactivated',
        stageSince: at.receivedAt,
        stageDueAt: idleAt,
      };
      return { state, move };
    }
  }
}

/** The next move that time alone has made by `now`, as of the instant it was due. */
export function pass(state: StageState, now: Date): Staged {
  const moved = next(state, now);
  if (!moved) return { state, move: undefined };
  const { from, to, at, dueAt } = moved;
  return {
    state: { ...state, stage: to, stageSince: at, stageDueAt: dueAt },
    move: { from, to, at },
  };
}

type Timed = Pick<StageState, 'stage' | 'stageDueAt' | 'lastActivityAt'>;

function next({ stage, stageDueAt: at, lastActivityAt }: Timed, now: Date) {
  if (stage === null || stage === 'inactive' || at === null || at > now) return undefined;
  const idleAt = lastActivityAt && idleSince(lastActivityAt);
  const to = stage === 'new' && idleAt !== null && idleAt > at ? 'active' : 'inactive';
  return { from: stage, to, at, dueAt: to === 'active' ? idleAt : null } as const;
}

/**
 * The stage at `now`, though the sweep that ends `new` may come up to a minute after. Idle time is left to the sweep: what
 * is stored of the last activity may lag behind.
 */
export function stageAt(state: Timed, now: Date): Stage | null {
  return state.stage === 'new' ? (next(state, now)?.to ?? 'new') : state.stage;
}

/** While `new`, the end of it stays the same local midnight when the customer's zone changes. */
export function changeZone(state: StageState, from: string, to: string): StageState {
  if (state.stage !== 'new' || state.stageDueAt === null) return state;
  return { ...state, stageDueAt: toInstant(to, toLocal(state.stageDueAt, from).date, '00:00') };
}

/** The stage of two profiles that are one person: of the one registered first, with the activity of both. */
export function mergeStages(kept: StageState, other: StageState): StageState {
  const first = registeredFirst(kept, other) ? kept : other;
  const lastActivityAt = latest(kept.lastActivityAt, other.lastActivityAt);
  const merged: StageState = { ...first, lastActivityAt };
  if (merged.stage !== 'active' && merged.stage !== 'reactivated') return merged;
  return { ...merged, stageDueAt: lastActivityAt && idleSince(lastActivityAt) };
}

function registeredFirst(a: StageState, b: StageState): boolean {
  if (b.registeredAt === null) return true;
  return a.registeredAt !== null && a.registeredAt <= b.registeredAt;
}

/** The local midnight that begins day 90, registration being day 0. */
function endOfNew(registeredAt: Date, zone: string): Date {
  return toInstant(zone, addDays(toLocal(registeredAt, zone).date, lifecycle.newDays), '00:00');
}

function idleSince(activity: Date): Date {
  return new Date(activity.getTime() + lifecycle.idleDays * 86_400_000);
}

function latest(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}
