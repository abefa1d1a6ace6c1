import type { AcceptedEvent } from '../ingest/accepted-event';
import { applyEvent } from '../ingest/apply-event';
import { Batch } from '../ingest/batch';
import { type Customer, survivorOf } from '../ingest/customer';
import { type Prepared, prepareIngest } from '../ingest/deps';
import { passTime } from '../ingest/move-stage';
import { route } from '../ingest/take-effect';
import type { Resolution } from '../rules/identity/identity-graph';
import { effectOf } from '../rules/inbound-effect';
import type { Journey } from '../workflows/runtime/journey';
import { virtualActivities } from './activities';
import { Agenda, rank } from './agenda';
import { VirtualCodes } from './codes';
import { learnConsent, takeText } from './consent';
import { forgetRuns } from './forget-runs';
import { judgeTrack } from './judge-track';
import { VirtualPace } from './pace';
import { People } from './people';
import { type SimulatedProject, withoutJourneys } from './project';
import type { ConsentFact } from './rehearsal';
import { idsOf } from './random';
import { VirtualRecord } from './record';
import { Runs } from './runs';
import { Sending } from './sending';
import { StageWatch } from './stage-watch';
import type { WorldOptions } from './world-options';
import { writeEffects } from './write-effects';

/**
 * Customers, consent, stages, runs and sends on a virtual clock, in memory: the rules and the runs are the ones that
 * production goes by, the database and the provider are not there.
 */
export class World {
  readonly record: VirtualRecord;
  readonly people: People;
  readonly newId: () => string;
  private readonly codes: VirtualCodes;
  private readonly agenda = new Agenda();
  private prepared: Prepared;
  /** The same without journeys. */
  private readonly learning: Prepared;
  private readonly entriesFrom: number;
  private readonly runs: Runs;
  private readonly known = new Set<string>();
  private readonly stages = new StageWatch(this.agenda, (customer) =>
    this.apply([customer], (batch) => {
      for (const track of passTime(batch, customer, this.now)) route(batch, customer, [track]);
    }),
  );
  private deployed: SimulatedProject;
  private clock: number;
  private seq = 0;

  constructor(private readonly options: WorldOptions) {
    const { project, listener, provider } = options;
    this.deployed = project;
    this.clock = options.at.getTime();
    const { entriesFrom } = options;
    this.prepared = prepareIngest(project);
    this.entriesFrom = entriesFrom?.getTime() ?? this.clock;
    this.learning = prepareIngest(entriesFrom ? withoutJourneys(project) : project);
    this.newId = idsOf(options.seed);
    this.record = new VirtualRecord(listener);
    this.codes = new VirtualCodes(this.record, options.codes ?? {});
    this.people = new People(project.workspace, this.newId);
    const parts = {
      project: () => this.deployed,
      record: this.record,
      newId: this.newId,
      now: () => this.now,
    };
    const sending = new Sending({
      provider,
      script: options.script ?? (() => undefined),
      pace: options.paced ? new VirtualPace() : undefined,
      later: (at, work) => void this.agenda.add(at.getTime(), rank.settle, work),
      ...parts,
    });
    const activities = virtualActivities({ sending, ...parts });
    this.runs = new Runs({
      project: parts.project,
      record: this.record,
      agenda: this.agenda,
      activities,
      now: () => this.clock,
      mishaps: options.mishaps,
    });
  }

  get now(): Date {
    return new Date(this.clock);
  }

  get project(): SimulatedProject {
    return this.deployed;
  }

  /** Makes everything due by then happen, in order of due time across customers; the clock then stands there. */
  async moveTo(instant: Date): Promise<void> {
    const target = instant.getTime();
    for (let due = this.agenda.nextAt; due !== undefined && due <= target; due = this.agenda.nextAt) {
      this.clock = Math.max(this.clock, due);
      await this.agenda.take()?.();
    }
    this.clock = Math.max(this.clock, target);
  }

  /** Moves to an instant, and no further than before what is due there: what happens in it comes first. */
  async moveUpTo(instant: Date): Promise<void> {
    await this.moveTo(new Date(instant.getTime() - 1));
    this.clock = Math.max(this.clock, instant.getTime());
  }

  /** When something is due next by itself; undefined when nothing is. */
  get nextDue(): Date | undefined {
    const at = this.agenda.nextAt;
    return at === undefined ? undefined : new Date(at);
  }

  /** Lets an event happen now, as if it had been accepted; answers whether it is the first of its id. */
  async take(event: AcceptedEvent): Promise<boolean> {
    if (this.known.has(event.messageId)) return false;
    this.known.add(event.messageId);
    const resolution = this.people.resolve(event, this.now);
    await this.apply(this.profilesOf(resolution), (batch) => applyEvent(batch, event, resolution));
    return true;
  }

  /** The same for a track, which the tracking plan must take; else throws {@link EventRefused}. */
  async track(event: AcceptedEvent & { readonly name: string }): Promise<boolean> {
    judgeTrack(this.project, event);
    return this.take(event);
  }

  /** The same for an event of a customer who is known already, whatever its identifiers say. */
  async takeOf(profileId: string, event: AcceptedEvent): Promise<void> {
    const created = this.people.byProfile(profileId) === undefined;
    const resolution: Resolution = { profileId, created, ...nothingNew };
    await this.apply(this.profilesOf(resolution), (batch) => applyEvent(batch, event, resolution));
  }

  /** A text comes in from a phone (E.164). */
  hear(phone: string, body: string): void {
    const customer = this.people.owner({ type: 'phone', value: phone });
    const wish = { channel: 'sms', address: phone, source: 'inbound', at: this.now } as const;
    takeText(
      this.record,
      { customer: customer && survivorOf(customer), ...wish },
      effectOf(body, undefined),
      body,
    );
  }

  /** Takes in a customer who is known already. */
  adopt(customer: Customer): void {
    this.people.keep(customer);
  }

  /** What is on record of somebody's consent, without the words by which it came. */
  learnConsent(profileId: string, fact: ConsentFact): void {
    const customer = this.people.byProfile(profileId);
    if (customer) learnConsent(this.record, survivorOf(customer), fact, this.now);
  }

  private profilesOf({ profileId, created, merged, moved }: Resolution): Customer[] {
    const ids = [...(created ? [] : [profileId]), ...merged.map((one) => one.profileId)];
    if (moved) ids.push(moved.fromProfileId);
    return ids.flatMap((id) => this.people.byProfile(id) ?? []);
  }

  /** Puts further versions of journeys beside those that run. */
  deploy(journeys: readonly Journey[]): void {
    this.deployed = { ...this.deployed, journeys: [...this.deployed.journeys, ...journeys] };
    this.prepared = prepareIngest(this.deployed);
  }

  /** Does something to customers as one transaction would, and tells the runs of what it came to. */
  async apply(customers: readonly Customer[], work: (batch: Batch) => void): Promise<void> {
    const stopped = { has: (key: string) => this.isStopped(key) } as ReadonlySet<string>;
    const batch = new Batch(
      this.clock < this.entriesFrom ? this.learning : this.prepared,
      this.now,
      this.record.holds.paused,
      stopped,
      this.codes,
      [],
      this.newId,
    );
    for (const customer of customers) batch.add(customer);
    work(batch);
    batch.writes.number(Array.from({ length: batch.writes.markCount }, () => ++this.seq));
    for (const customer of batch.all()) {
      this.people.keep(customer);
      this.stages.look(customer);
      forgetRuns(customer, this.now);
    }
    writeEffects(this.record, batch, { ...this.options, project: this.project });
    await this.runs.tellOf(batch);
  }

  private isStopped(key: string): boolean {
    return (this.record.suppressions.get(key) ?? []).some(({ kind }) => kind === 'stop');
  }
}

const nothingNew = { merged: [], attached: [], dropped: [], moved: undefined, released: [] } as const;
