import type { Stage } from '../catalog/lifecycle';
import type { EventName, EventProperties, GivenTraits, OfferName } from '../catalog/types';
import type { AcceptedEvent } from '../ingest/accepted-event';
import { survivorOf } from '../ingest/customer';
import { toE164 } from '../rules/phone';
import { mayBeOut } from '../simulator/codes';
import type { TimelineItem } from '../simulator/timeline';
import type { World } from '../simulator/world';

/** Who somebody in a test is. */
export interface CustomerOptions {
  /** E.164, or as written in the workspace's country; null: none. Default: one of New York of their own. */
  readonly phone?: string | null;
  /** Subscribed to marketing SMS. Default true. */
  readonly subscribed?: boolean;
  /** IANA zone. Default: what the phone's prefix says. */
  readonly timezone?: string;
  /** BCP 47. Default: the workspace's first. */
  readonly locale?: string;
  /** ISO 3166-2, such as `US-FL`, whose law then counts. Default: unknown. */
  readonly region?: string;
  /** What templates greet by. Default: unknown. */
  readonly firstName?: string;
  /** Any other traits: those that the catalog declares as it declares them, and whatever else a service may tell. */
  readonly traits?: GivenTraits;
  /**
   * Arms that they are in already, so that a test need not leave it to chance: by `<journey>/<subject>` of a
   * `j.experiment`, by the journey's id for its holdout (`control` or `treatment`), by `*` for that of the workspace.
   * Default: by chance, the same in every run of the test.
   */
  readonly arms?: { readonly [experiment: string]: string };
}

/** How an event comes, where that is not at once and but once. */
export interface EventDetails {
  /** When it happened, ISO 8601, where it arrives later than that. Default: now. */
  readonly timestamp?: string;
  /** A second event of an id is the same one, and changes nothing. Default: an id of its own. */
  readonly messageId?: string;
  /** Segment's `context`, as `{ timezone }`. Default: none. */
  readonly context?: { readonly [name: string]: unknown };
}

/** An offer, and what became of it: `Offer Redeemed` with its `offerId` redeems it, its end passes it by. */
export interface TestOffer {
  /** What `Offer Redeemed` names it by. */
  readonly offerId: string;
  /** The offer's name in the catalog. */
  readonly name: string;
  /** Their own, of an offer that has unique codes; such a one is theirs once its code may have been sent. */
  readonly code?: string;
  /** ISO 8601; in that instant it is over. */
  readonly expiresAt: string;
  /** As it stands now. */
  readonly status: 'granted' | 'redeemed' | 'expired';
}

/** Somebody in a test: what they do, and what became of it. */
export class TestCustomer {
  /** E.164 */
  phone: string | undefined;
  private count = 0;

  /** @internal Ask `customer` of the test for one. */
  constructor(
    private readonly world: World,
    readonly name: string,
    private readonly itemsOf: (profileId: string) => readonly TimelineItem[],
  ) {}

  /** @internal */
  async begin(options: CustomerOptions): Promise<void> {
    const { phone = null, subscribed = true, traits, arms = {}, ...known } = options;
    const e164 = phone === null ? undefined : toE164(phone, this.world.project.workspace.country)?.e164;
    if (phone !== null && e164 === undefined) throw new TypeError(`'${phone}' is no phone number.`);
    this.phone = e164;
    await this.is({ ...(e164 && { phone: e164 }), ...known, ...traits });
    if (subscribed && e164) await this.subscribes();
    const customer = this.found();
    const assigned = Object.entries(arms).map(([experiment, arm]) => ({ experiment, arm, bucket: 0 }));
    if (customer) this.world.record.marks.assign(customer, assigned);
  }

  /** @internal */
  get profileId(): string {
    const customer = this.found();
    if (!customer) throw new Error(`Nobody knows ${this.name} by that name any more.`);
    return customer.profileId;
  }

  /** An event of theirs happens now, as if a service had sent it. The tracking plan must know it and take it. */
  async does<E extends EventName>(
    event: E,
    ...[properties, details = {}]: Record<never, never> extends EventProperties<E>
      ? [properties?: EventProperties<E>, details?: EventDetails]
      : [properties: EventProperties<E>, details?: EventDetails]
  ): Promise<void> {
    const { timestamp, messageId, context } = details;
    await this.world.track({
      ...this.event('track'),
      name: event,
      properties: { ...properties },
      ...(timestamp && { originalTimestamp: new Date(timestamp) }),
      ...(messageId && { messageId }),
      ...(context && { context }),
    });
  }

  /** Traits become known; null forgets one. */
  async is(traits: GivenTraits): Promise<void> {
    await this.world.take({ ...this.event('identify'), traits });
  }

  /** Subscribes to SMS, or to a topic of it. */
  subscribes(topic?: string): Promise<void> {
    return this.wishes('SUBSCRIBED', topic);
  }

  /** Unsubscribes from SMS, or from a topic of it. */
  unsubscribes(topic?: string): Promise<void> {
    return this.wishes('UNSUBSCRIBED', topic);
  }

  /** Sends us a text, as `STOP`. */
  texts(body: string): void {
    if (this.phone === undefined) throw new Error(`${this.name} has no phone to text from.`);
    this.world.hear(this.phone, body);
  }

  /** What happened to them, oldest first, as the operator API's timeline tells it; of these kinds if any are named. */
  timeline(...kinds: readonly TimelineItem['kind'][]): readonly TimelineItem[] {
    const customer = this.found();
    const items = customer ? this.itemsOf(customer.profileId) : [];
    // What time made happen bears the instant it was due.
    return items
      .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
      .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  }

  /** The offers they were granted, in that order, as the operator API shows them. */
  get offers(): readonly TestOffer[] {
    const customer = this.found();
    const { record, now } = this.world;
    return [...record.offers.values()]
      .filter(({ withheld, enrolled }) => !withheld && survivorOf(enrolled.customer) === customer)
      .filter(({ offer: { code }, enrolled }) => code === undefined || mayBeOut(enrolled, code))
      .map(({ offer: { id, name, code, expiresAt }, redeemedAt }) => ({
        offerId: id,
        name,
        ...(code !== undefined && { code }),
        expiresAt,
        status: redeemedAt ? 'redeemed' : Date.parse(expiresAt) <= now.getTime() ? 'expired' : 'granted',
      }));
  }

  /** The offer of this name that they were granted last; throws where there is none. */
  offer(name: OfferName): TestOffer {
    const offer = this.offers.findLast((one) => one.name === name);
    if (offer) return offer;
    throw new Error(`${this.name} was granted no offer ${name}.`);
  }

  /** Where they stand in the lifecycle; undefined for who never registered. */
  get stage(): Stage | undefined {
    return this.found()?.stages.stage ?? undefined;
  }

  private found() {
    const customer = this.world.people.owner({ type: 'user_id', value: this.name });
    return customer && survivorOf(customer);
  }

  private async wishes(status: string, topic?: string): Promise<void> {
    if (this.phone === undefined) throw new Error(`${this.name} has no phone to be texted at.`);
    const about = { key: this.phone, type: 'SMS' };
    const wish = topic === undefined ? { ...about, status } : { ...about, groups: [{ name: topic, status }] };
    const context = { messaging_subscriptions: [wish] };
    await this.world.take({ ...this.event('identify'), traits: {}, context });
  }

  private event<T extends AcceptedEvent['type']>(type: T) {
    const messageId = `${this.name}/${++this.count}`;
    return { type, messageId, source: 'default', userId: this.name } as const;
  }
}
