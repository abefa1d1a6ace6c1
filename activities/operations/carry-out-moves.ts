import { type Database, tx } from '../../store/database';
import {
  type JourneyMove,
  noteMove,
  noteMoved,
  pendingMoves,
  runsToMove,
  takeMove,
} from '../../store/journey-moves';
import { insertOutbox } from '../../store/outbox';
import type { Delivery } from '../../workflows/runtime/contract';
import type { ActivityDeps } from '../deps';

type Journeys = ActivityDeps['journeys'];

/** So many a transaction keeps each of them short. */
const BATCH = 500;

/** Whether a version takes over runs that have still to be told. */
export async function movesDue(pool: Database, journeys: Journeys): Promise<boolean> {
  const declared = declaredMoves(journeys);
  return declared.length > 0 && (await pendingMoves(pool, declared)).length > 0;
}

/**
 * Tells some of the runs that a new version takes over; each of them knows whether it sleeps where it may. A move is
 * carried out once, whoever begins it: who comes to that wait later ends in the version that he began in.
 */
export async function carryOutMoves(pool: Database, journeys: Journeys): Promise<number> {
  const declared = declaredMoves(journeys);
  if (declared.length === 0) return 0;
  let told = 0;
  for (const move of await pendingMoves(pool, declared)) told += await tellSome(pool, move);
  return told;
}

interface DeclaredMove extends JourneyMove {
  readonly resumeAt: string;
}

function declaredMoves(journeys: Journeys): DeclaredMove[] {
  return journeys.flatMap(({ id, policy }) =>
    (policy.migrations ?? []).map(({ from, at, resumeAt = at }) => ({
      journey: id,
      from,
      at,
      to: policy.version,
      resumeAt,
    })),
  );
}

function tellSome(pool: Database, move: DeclaredMove): Promise<number> {
  return tx(pool, async (db) => {
    await noteMove(db, move);
    const taken = await takeMove(db, move);
    if (!taken) return 0;
    const runs = await runsToMove(db, move, { after: taken.after, limit: BATCH });
    const { at, to, resumeAt } = move;
    const payload: Delivery = { kind: 'move', at, to, resumeAt };
    await insertOutbox(
      db,
      runs.map((run) => ({ ...run, kind: 'move', payload })),
    );
    await noteMoved(db, move, runs.at(-1)?.enrollmentId);
    // The one that finds nobody left has done something too: it has ended the move.
    return runs.length;
  });
}
