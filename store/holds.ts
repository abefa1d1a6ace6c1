import type { Queryable } from './database';

/** The name under which all sending is held. */
export const ALL_SENDING = '';

export type HoldKind = 'paused' | 'stopped' | 'halted';
export type HoldCause = 'operator' | 'blast_guard';

/** Why a journey, or all sending, is or was held back. */
export interface Hold {
  /** A journey's id, or {@link ALL_SENDING}. */
  readonly journey: string;
  readonly kind: HoldKind;
  readonly cause: HoldCause;
  readonly actor: string;
  readonly note: string | null;
  readonly since: Date;
  readonly liftedAt: Date | null;
  readonly liftedBy: string | null;
}

const columns = `journey, kind, cause, actor, note, since, lifted_at as "liftedAt", lifted_by as "liftedBy"`;

export interface NewHold extends Pick<Hold, 'journey' | 'kind' | 'cause' | 'actor' | 'note'> {}

/** Begins a hold; false when the journey, or all sending, is held already. */
export async function beginHold(db: Queryable, hold: NewHold): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into holds (journey, kind, cause, actor, note, since) values ($1, $2, $3, $4, $5, clock_now())
     on conflict (journey) where lifted_at is null do nothing`,
    [hold.journey, hold.kind, hold.cause, hold.actor, hold.note],
  );
  return rowCount === 1;
}

/** Lifts the hold that is in force; false when there is none. */
export async function liftHold(
  db: Queryable,
  lift: { readonly journey: string; readonly actor: string; readonly note: string | null },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update holds set lifted_at = clock_now(), lifted_by = $2, lift_note = $3
     where journey = $1 and lifted_at is null`,
    [lift.journey, lift.actor, lift.note],
  );
  return rowCount === 1;
}

/** The hold of a journey, or of all sending, that is in force. */
export async function findHold(db: Queryable, journey: string): Promise<Hold | undefined> {
  const { rows } = await db.query<Hold>(
    `select ${columns} from holds where journey = $1 and lifted_at is null`,
    [journey],
  );
  return rows[0];
}

/** All that is held now: few rows, however many there were. */
export async function holdsInForce(db: Queryable): Promise<Hold[]> {
  const { rows } = await db.query<Hold>({
    name: 'holds-in-force',
    text: `select ${columns} from holds where lifted_at is null and journey >= '' order by journey`,
  });
  return rows;
}

/** What keeps a journey's sends back now. */
export async function heldBy(db: Queryable, journey: string): Promise<'paused' | 'halted' | null> {
  const { rows } = await db.query<{ heldBy: 'paused' | 'halted' | null }>({
    name: 'held-by',
    text: 'select held_by($1) as "heldBy"',
    values: [journey],
  });
  return rows[0]?.heldBy ?? null;
}

/** The instant at which a transaction's events arrive, and the journeys that take no entries then. */
export interface Arrival {
  readonly now: Date;
  readonly paused: ReadonlySet<string>;
}

export async function readArrival(tx: Queryable): Promise<Arrival> {
  const { rows } = await tx.query<{ now: Date; paused: string[] }>({
    name: 'arrival',
    text: `select clock_now() as now,
             array(select journey from holds where lifted_at is null and journey > '') as paused`,
  });
  const [row] = rows;
  if (!row) throw new Error('The table clock has lost its row');
  return { now: row.now, paused: new Set(row.paused) };
}

/** What was held at an instant: these journeys, and all sending. */
export async function findHoldsAt(db: Queryable, journeys: readonly string[], at: Date): Promise<Hold[]> {
  const { rows } = await db.query<Hold>({
    name: 'holds-at',
    text: `select ${columns} from holds
           where journey = any($1::text[]) and since <= $2 and (lifted_at is null or lifted_at > $2)`,
    values: [[ALL_SENDING, ...journeys], at],
  });
  return rows;
}

/** Milliseconds for which a journey's sends have been held back since an instant. */
export async function heldMsSince(db: Queryable, journey: string, since: Date): Promise<number> {
  const { rows } = await db.query<{ ms: number }>({
    name: 'held-since',
    text: `select coalesce(sum(extract(epoch from coalesce(h.lifted_at, clock.now) - greatest(h.since, $2))), 0)::float8
             * 1000 as ms
           from holds h, (select clock_now() as now) clock
           where h.journey in ('', $1) and (h.lifted_at is null or h.lifted_at > $2)`,
    values: [journey, since],
  });
  return rows[0]?.ms ?? 0;
}
