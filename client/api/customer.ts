import { zonesOf } from '../../rules/time/zones';
import {
  type CustomerRecord,
  findCustomer,
  type Identifier,
  profileOf,
  readCustomer,
} from '../../store/customers';
import type { Queryable } from '../../store/database';
import { HttpError } from '../http/http-error';
import { readReference } from './customer-reference';
import { iso } from './present';

/** What the read side has to know of the workspace. */
export interface ReadContext {
  readonly db: Queryable;
  /** IANA name; of a customer of whom nothing better is known. */
  readonly timezone: string;
  /** ISO 3166; of phone numbers without a prefix. */
  readonly country: string;
}

/** The id of the customer that `<type>:<value>` names. Throws 400 when it is not of that form, 404 when there is none. */
export async function customerId({ db, country }: ReadContext, reference: string): Promise<string> {
  const spellings = readReference(reference, country);
  if (!spellings) {
    throw new HttpError(
      400,
      'invalid_request',
      'A customer is named <type>:<value>, as in phone:+12125550142.',
    );
  }
  const found = (await findCustomer(db, spellings)) ?? (await findById(db, spellings));
  if (found === undefined) throw notFound();
  return found;
}

/** `id:<id>`, as answers name customers: that of one who was merged is the one they are now. */
async function findById(db: Queryable, spellings: readonly Identifier[]): Promise<string | undefined> {
  const id = spellings.find(({ type, value }) => type === 'id' && uuid.test(value));
  return id && profileOf(db, id.value);
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface Customer {
  readonly id: string;
  readonly identifiers: CustomerRecord['identifiers'];
  readonly traits: { readonly [trait: string]: unknown };
  readonly stage?: string;
  /** The zone that is reckoned in for this customer, wherever it is known from. */
  readonly timezone: string;
  readonly subscriptions: readonly {
    readonly channel: string;
    readonly key: string;
    readonly group?: string;
    readonly status: string;
    readonly source: string;
    readonly actor?: string;
    readonly wording?: string;
    readonly review?: true;
    readonly at: string;
  }[];
  readonly offers: CustomerRecord['offers'];
  /** The arms they are in, of holdouts and of splits. */
  readonly experiments?: CustomerRecord['experiments'];
  /** The journey that has them to itself, for marketing. */
  readonly lock?: NonNullable<CustomerRecord['lock']>;
}

export async function customer(context: ReadContext, reference: string): Promise<Customer> {
  const id = await customerId(context, reference);
  const record = await readCustomer(context.db, id);
  if (!record) throw notFound();
  return {
    id,
    identifiers: record.identifiers,
    traits: record.traits,
    ...(record.stage !== null && { stage: record.stage }),
    timezone: zoneOf(context, record),
    subscriptions: record.subscriptions.map(({ topic, at, ...subscription }) => ({
      ...subscription,
      ...(topic && { group: topic }),
      at: iso(at),
    })),
    offers: record.offers.map((offer) => ({ ...offer, expiresAt: iso(offer.expiresAt) })),
    ...(record.experiments.length > 0 && {
      experiments: record.experiments.map((one) => ({ ...one, assignedAt: iso(one.assignedAt) })),
    }),
    ...(record.lock && {
      lock: { ...record.lock, since: iso(record.lock.since), until: iso(record.lock.until) },
    }),
  };
}

function notFound(): HttpError {
  return new HttpError(404, 'customer_not_found', 'No customer has this identifier.');
}

function zoneOf({ timezone }: ReadContext, { traits, contextTimezone, identifiers }: CustomerRecord): string {
  const phone = identifiers.find(({ type }) => type === 'phone')?.value;
  return zonesOf({ trait: traits.timezone, context: contextTimezone, phone, workspace: timezone }).zone;
}
