import { lockedOpenRun, whileOpen } from './customer-lock';
import type { Queryable } from './database';

/** Runs of one version that sleep at a wait, to be taken over by another. */
export interface JourneyMove {
  readonly journey: string;
  readonly from: number;
  readonly at: string;
  readonly to: number;
}

/** Of these moves, those that are not done. */
export async function pendingMoves<Move extends JourneyMove>(
  db: Queryable,
  moves: readonly Move[],
): Promise<Move[]> {
  const { rows } = await db.query<{ place: number }>({
    name: 'journey-moves-pending',
    text: `select m.place from json_to_recordset($1) as m(place int, journey text, "from" int, at text, "to" int)
           where not exists (
             select from journey_moves done where done.journey = m.journey and done.from_version = m."from"
               and done.at_point = m.at and done.to_version = m."to" and done.done_at is not null
           ) order by m.place`,
    values: [
      JSON.stringify(moves.map(({ journey, from, at, to }, place) => ({ place, journey, from, at, to }))),
    ],
  });
  return rows.flatMap(({ place }) => moves[place] ?? []);
}

/** Notes a move that has not been noted before; one is carried out once. */
export async function noteMove(db: Queryable, { journey, from, at, to }: JourneyMove): Promise<void> {
  await db.query({
    name: 'journey-move-note',
    text: `insert into journey_moves (journey, from_version, at_point, to_version, since)
           values ($1, $2, $3, $4, clock_now()) on conflict do nothing`,
    values: [journey, from, at, to],
  });
}

/** Holds a move that is not done yet to the end of the transaction; undefined when it is done, or somebody else is at it. */
export async function takeMove(
  tx: Queryable,
  { journey, from, at, to }: JourneyMove,
): Promise<{ readonly after: string } | undefined> {
  const { rows } = await tx.query<{ after: string }>({
    name: 'journey-move-take',
    text: `select last_enrollment as after from journey_moves
           where journey = $1 and from_version = $2 and at_point = $3 and to_version = $4 and done_at is null
           for update skip locked`,
    values: [journey, from, at, to],
  });
  return rows[0];
}

export interface RunToMove {
  readonly enrollmentId: string;
  readonly profileId: string;
}

/** Some of the open runs of a version, in the order of their ids. */
export async function runsToMove(
  db: Queryable,
  { journey, from }: JourneyMove,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<RunToMove[]> {
  const { rows } = await db.query<RunToMove>({
    name: 'journey-move-runs',
    text: `select enrollment_id as "enrollmentId", profile_id as "profileId" from enrollments
           where journey = $1 and status = 'open' and enrollment_id > $3 and version = $2
           order by enrollment_id limit $4`,
    values: [journey, from, after, limit],
  });
  return rows;
}

/** How far a move has come; without `last` it is done. */
export async function noteMoved(
  tx: Queryable,
  { journey, from, at, to }: JourneyMove,
  last: string | undefined,
): Promise<void> {
  await tx.query({
    name: 'journey-move-moved',
    text: `update journey_moves set last_enrollment = coalesce($5, last_enrollment),
             done_at = case when $5::uuid is null then clock_now() end
           where journey = $1 and from_version = $2 and at_point = $3 and to_version = $4`,
    values: [journey, from, at, to, last ?? null],
  });
}

/** The enrollment is of another version from now on; false when it is no longer open. */
export async function moveEnrollment(
  db: Queryable,
  { enrollmentId, from, to }: { readonly enrollmentId: string; readonly from: number; readonly to: number },
): Promise<boolean> {
  const moved = await whileOpen(db, enrollmentId, async () => {
    const { rows } = await db.query({
      name: 'enrollment-move',
      text: `${lockedOpenRun}
        update enrollments e set version = $3 from run
        where e.enrollment_id = run.enrollment_id and e.version in ($2, $3) returning 1`,
      values: [enrollmentId, from, to],
    });
    return rows.length > 0 ? true : undefined;
  });
  return moved ?? false;
}
