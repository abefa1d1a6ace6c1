import { elapsed, type Duration } from '../catalog/duration';
import type { MessageId } from '../catalog/types';
import { type LaunchCounts, Operations } from '../simulator/operations';
import { deliversAll } from '../simulator/provider';
import type { Scripted } from '../simulator/virtual-gate';
import { item, type TimelineItem } from '../simulator/timeline';
import { World } from '../simulator/world';
import { type CustomerOptions, TestCustomer } from './customer';
import type { TestOptions } from './options';
import type { Journey } from '../workflows/runtime';
import type { TwilioAnswer } from './script';

/**
 * Journeys on a virtual clock, without a server: the code of the runs, the rules of entry, consent, stages and the gate
 * are those of production; the database and Twilio are in memory.
 *
 * @example
 * const t = testJourneys({ catalog, journeys: [flashReward] });
 * const bruno = await t.customer('bruno');
 * await bruno.does('Visit Checked In', { visitId: 'V1', providerId: 'P7' });
 * await t.advance(minutes(90));
 * expect(bruno).toHaveSent('flash-reward-reminder', { at: '2027-02-02T16:30:00Z' });
 */
export function testJourneys(options: TestOptions): JourneyTest {
  return new JourneyTest(options);
}

/** One world of a test, from its instant on: what {@link testJourneys} makes. */
export class JourneyTest {
  private readonly world: World;
  private readonly operations: Operations;
  private readonly items = new Map<string, TimelineItem[]>();
  private readonly merged = new Map<string, string>();
  private readonly refusals = new Map<string, Scripted[]>();
  private readonly answers = new Map<string, TwilioAnswer[]>();
  private customers = 0;

  constructor(options: TestOptions) {
    const { catalog, journeys, at = '2027-02-02T15:00:00Z', codes, mishaps } = options;
    this.world = new World({
      project: { traits: {}, ...catalog, journeys },
      at: new Date(at),
      seed: 'test',
      provider: (message) =>
        this.answers.get(message.message)?.shift()?.(message.sendId) ?? deliversAll(message),
      listener: (profileId, kind, at, fields) => this.itemsOf(profileId).push(item(kind, at, fields)),
      onMerge: (from, to) => this.merge(from, to),
      script: (message) => this.refusals.get(message)?.shift(),
      codes,
      keepsAll: true,
      paced: true,
      mishaps,
    });
    this.operations = new Operations(this.world, catalog.audiences ?? {});
  }

  /** ISO 8601 */
  get now(): string {
    return this.world.now.toISOString();
  }

  /**
   * Somebody who is known by `name` as `user_id`, has a phone and is subscribed to SMS, unless the options say otherwise.
   */
  async customer(name: string, options: CustomerOptions = {}): Promise<TestCustomer> {
    const phone = `+1917555${String(++this.customers).padStart(4, '0')}`;
    const customer = new TestCustomer(this.world, name, (profileId) => this.itemsOf(profileId));
    await customer.begin({ phone, ...options });
    return customer;
  }

  /** Makes everything due by then (ISO 8601) happen, in order of due time across customers. */
  async moveTo(instant: string): Promise<void> {
    await this.world.moveTo(this.ahead(instant));
  }

  /**
   * Moves there, and no further than before what falls due in that instant: what is done next comes first. It is the
   * order of production, where an event goes before the timers of its instant.
   */
  async arriveAt(instant: string): Promise<void> {
    await this.world.moveUpTo(this.ahead(instant));
  }

  /** Moves the clock by so long; a day is 24 hours. */
  advance(duration: Duration): Promise<void> {
    return this.world.moveTo(new Date(this.world.now.getTime() + elapsed(duration)));
  }

  /** Has the gate say this of the next asks for a message, in this order; then it speaks for itself again. */
  gate(message: MessageId, ...refusals: readonly Scripted[]): void {
    this.refusals.set(message, [...(this.refusals.get(message) ?? []), ...refusals]);
  }

  /** Has Twilio answer the next create calls for a message like this, in this order. */
  twilio(message: MessageId, ...answers: readonly TwilioAnswer[]): void {
    this.answers.set(message, [...(this.answers.get(message) ?? []), ...answers]);
  }

  /** Holds a journey, by its id: entries are refused (`paused`), sends wait, and waits keep their times. */
  pause(journey: string): void {
    this.operations.pause(journey);
  }

  /** Lets a journey that is paused or stopped go on: sends that waited ask the gate again, now. */
  resume(journey: string): Promise<void> {
    return this.operations.resume(journey);
  }

  /** Ends a journey: its open runs are over, `exited` (`stopped`), and entries are refused (`paused`) until it is resumed. */
  stop(journey: string): Promise<void> {
    return this.operations.stop(journey);
  }

  /** Holds all sends of all journeys; runs go on, and their sends wait. */
  halt(): void {
    this.operations.halt();
  }

  /** Lets sending go on after {@link halt}: what waited asks the gate again, now. */
  resumeSends(): Promise<void> {
    return this.operations.resumeSends();
  }

  /**
   * Launches a journey that enters an audience of the catalog: those who have crossed into it since the last launch are
   * entered, or refused by the rules of entry, and counted. With customers named it is they, whether they are in it or
   * not. It begins at once, however many they are. Throws for a journey that is entered otherwise, or is paused.
   */
  launch(journey: string, ...customers: readonly TestCustomer[]): Promise<LaunchCounts> {
    const named = customers.map((customer) => customer.profileId);
    return this.operations.launch(journey, named.length === 0 ? undefined : named);
  }

  /**
   * Releases further versions beside those that run: the newest takes new entries, and takes over the runs that sleep
   * where its `migrations` say; the others end in the version that they entered. Throws for a version that is there.
   */
  release(...journeys: readonly Journey[]): Promise<void> {
    return this.operations.release(journeys);
  }

  private ahead(instant: string): Date {
    const at = new Date(instant);
    if (Number.isNaN(at.getTime())) {
      throw new TypeError(`'${instant}' is no instant: write ISO 8601 with its offset.`);
    }
    if (at >= this.world.now) return at;
    throw new RangeError(`It is ${this.now} already: the clock does not go back to ${instant}.`);
  }

  private itemsOf(profileId: string): TimelineItem[] {
    const canonical = this.merged.get(profileId) ?? profileId;
    const items = this.items.get(canonical) ?? [];
    this.items.set(canonical, items);
    return items;
  }

  private merge(from: string, to: string): void {
    const both = [...this.itemsOf(to), ...this.itemsOf(from)];
    this.items.delete(from);
    for (const [gone, kept] of this.merged) if (kept === from) this.merged.set(gone, to);
    this.merged.set(from, to);
    this.items.set(to, both);
  }
}
