import { lockedOpenRun, whileOpen } from './customer-lock';
import type { Queryable } from './database';

export interface NewOffer {
  readonly offerId: string;
  readonly enrollmentId: string;
  readonly step: string;
  readonly occurrence: number;
  readonly name: string;
  readonly expiresAt: Date;
  /** The customer is not to see it. */
  readonly withheld: boolean;
}

export interface GrantedOffer {
  readonly offerId: string;
  readonly name: string;
  readonly expiresAt: Date;
  /** The unique code that the run has of it; null where it has none. */
  readonly code: string | null;
}

/**
 * Grants an offer to the customer of an enrollment, once for each step and occurrence, and answers the one that
 * stands; undefined when there is none because the enrollment is over.
 */
export async function grantOffer(db: Queryable, offer: NewOffer): Promise<GrantedOffer | undefined> {
  return whileOpen(db, offer.enrollmentId, async () => (await insert(db, offer)) ?? find(db, offer));
}

/** Whether the customer sees what the run has granted them: as the arm says that they have been assigned. */
export async function withholdOffers(tx: Queryable, enrollmentId: string, withheld: boolean): Promise<void> {
  await tx.query({
    name: 'offers-withhold',
    text: 'update offers set withheld = $2 where enrollment_id = $1 and withheld <> $2',
    values: [enrollmentId, withheld],
  });
}

async function insert(db: Queryable, offer: NewOffer): Promise<GrantedOffer | undefined> {
  const { rows } = await db.query<GrantedOffer>({
    name: 'offer-grant',
    text: `${lockedOpenRun}, clock as materialized (select clock_now() as at)
      insert into offers (offer_id, profile_id, enrollment_id, step, occurrence, name, granted_at, expires_at, withheld, code)
      select $2, run.profile_id, run.enrollment_id, $3, $4, $5, clock.at, $6, $7,
        (select c.code from codes c where c.enrollment_id = run.enrollment_id and c.offer = $5)
      from run, clock
      on conflict (enrollment_id, step, occurrence) do nothing
      returning offer_id as "offerId", name, expires_at as "expiresAt", code`,
    values: [
      offer.enrollmentId,
      offer.offerId,
      offer.step,
      offer.occurrence,
      offer.name,
      offer.expiresAt,
      offer.withheld,
    ],
  });
  return rows[0];
}

async function find(db: Queryable, offer: NewOffer): Promise<GrantedOffer | undefined> {
  const { rows } = await db.query<GrantedOffer>(
    `select offer_id as "offerId", name, expires_at as "expiresAt", code from offers
     where enrollment_id = $1 and step = $2 and occurrence = $3`,
    [offer.enrollmentId, offer.step, offer.occurrence],
  );
  return rows[0];
}
