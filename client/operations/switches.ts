import { type Database, type Queryable, tx } from '../../store/database';
import { hasEnrollments } from '../../store/enrollments';
import { ALL_SENDING, beginHold, findHold, type Hold, liftHold } from '../../store/holds';
import { countOpenRuns } from '../../store/stopped-runs';
import { HttpError } from '../http/http-error';

/** Who turns a switch, and what for: kept on record. */
export interface By {
  readonly actor: string;
  readonly note: string | null;
}

export const journeyActs = ['pause', 'resume', 'stop'] as const;
export type JourneyAct = (typeof journeyActs)[number];

export interface HoldItem {
  /** ISO 8601 */
  readonly since: string;
  readonly by: string;
  readonly reason: Hold['cause'];
  readonly note?: string;
}

export interface JourneySwitch {
  readonly journey: string;
  readonly state: 'running' | 'paused' | 'stopped';
  readonly held?: HoldItem;
  /** Of one that is stopped: its runs that the workers have still to end. */
  readonly openRuns?: number;
  /** False where it stood that way already. */
  readonly changed: boolean;
}

export interface SendingSwitch {
  readonly state: 'on' | 'halted';
  readonly held?: HoldItem;
  readonly changed: boolean;
}

/**
 * Pauses, resumes or stops a journey: in force for every event and every send that is asked about from then on. What
 * follows, runs to end and sends to let go, is done by the workers. Throws 404 `journey_not_found` for a journey that
 * neither the code nor the record knows, 409 `journey_stopped` for a pause of one that is stopped.
 */
export async function turnJourney(
  pool: Database,
  journeys: readonly { readonly id: string }[],
  { journey, act, by }: { readonly journey: string; readonly act: JourneyAct; readonly by: By },
): Promise<JourneySwitch> {
  if (!journeys.some(({ id }) => id === journey) && !(await hasEnrollments(pool, journey))) {
    throw new HttpError(404, 'journey_not_found', `There is no journey ${journey}.`);
  }
  return tx(pool, async (db) => {
    const changed = await turn(db, act, { journey, ...by });
    const hold = await findHold(db, journey);
    if (!hold) return { journey, state: 'running', changed };
    const held = holdItem(hold);
    if (hold.kind !== 'stopped') return { journey, state: 'paused', held, changed };
    return { journey, state: 'stopped', held, openRuns: await countOpenRuns(db, journey), changed };
  });
}

async function turn(
  db: Queryable,
  act: JourneyAct,
  what: By & { readonly journey: string },
): Promise<boolean> {
  const hold = await findHold(db, what.journey);
  switch (act) {
    case 'resume':
      return liftHold(db, what);
    case 'pause':
      if (hold?.kind === 'stopped') {
        throw new HttpError(
          409,
          'journey_stopped',
          `${what.journey} is stopped: resume it before you pause it.`,
        );
      }
      return beginHold(db, { ...what, kind: 'paused', cause: 'operator' });
    case 'stop':
      if (hold?.kind === 'stopped') return false;
      await liftHold(db, what);
      return beginHold(db, { ...what, kind: 'stopped', cause: 'operator' });
  }
}

/** Halts all sending, or lets it go on: in force for every send that is asked about from then on. */
export async function turnSending(pool: Database, act: 'halt' | 'resume', by: By): Promise<SendingSwitch> {
  const what = { journey: ALL_SENDING, ...by };
  const changed =
    act === 'halt'
      ? await beginHold(pool, { ...what, kind: 'halted', cause: 'operator' })
      : await liftHold(pool, what);
  const hold = await findHold(pool, ALL_SENDING);
  return hold ? { state: 'halted', held: holdItem(hold), changed } : { state: 'on', changed };
}

/** A hold as the outside sees it. */
export function holdItem({ since, actor, cause, note }: Hold): HoldItem {
  return { since: since.toISOString(), by: actor, reason: cause, ...(note !== null && { note }) };
}
