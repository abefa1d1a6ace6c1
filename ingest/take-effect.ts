import { act, register } from '../rules/lifecycle/stages';
import type { Batch } from './batch';
import { type Customer, changeLightly } from './customer';
import { countEnding } from './end-run';
import { enter } from './enter';
import { type Happening, isTrack, type Track } from './happening';
import { knownEvents } from './known-events';
import { moveStage } from './move-stage';
import { tellRun } from './tell-run';

/** Stores an event and lets it do what it does: to the customer's stage, to their runs, and to the journeys it enters. */
export function takeEffect(batch: Batch, customer: Customer, happening: Happening): void {
  batch.writes.events.push({ customer, happening });
  const moved = changeStage(batch, customer, happening);
  route(batch, customer, [happening, ...(moved ? [moved] : [])].filter(isTrack));
}

/** Tells runs and journeys of tracks that happened in one instant: exits and goals first, then waits, then entries. */
export function route(batch: Batch, customer: Customer, tracks: readonly Track[]): void {
  const { routes } = batch.deps;
  for (const track of tracks) {
    if (track.name === knownEvents.offerRedeemed) redeem(batch, customer, track);
    if (!routes.endingNames.has(track.name)) continue;
    for (const run of customer.runs) countEnding(batch, customer, run, track);
    customer.endings.push(track);
  }
  for (const track of tracks) tellListeners(batch, customer, track);
  for (const track of tracks) {
    for (const journey of routes.enteringOn(track.name)) enter(batch, customer, journey, track);
    if (track.name !== knownEvents.stageChanged) continue;
    for (const journey of routes.enteringStage(track.properties.to)) enter(batch, customer, journey, track);
  }
}

function tellListeners(batch: Batch, customer: Customer, track: Track): void {
  if (!batch.deps.routes.listenedNames.has(track.name)) return;
  for (const run of customer.runs) tellRun(batch, customer, run, track);
  const { mark, messageId, name, receivedAt, timestamp, properties } = track;
  customer.heard.push({ mark, messageId, name, receivedAt, timestamp, properties });
}

/** Identify, group and alias tell of a customer; the others are things they do. */
const activities: ReadonlySet<string> = new Set(['track', 'page', 'screen']);

function changeStage(batch: Batch, customer: Customer, happening: Happening): Track | undefined {
  if (!activities.has(happening.type)) return undefined;
  const before = customer.stages;
  const { state, move } = act(before, happening);
  customer.stages = state;
  if (state !== before) changeLightly(customer);
  if (move) return moveStage(batch, customer, move, happening.messageId);
  return isTrack(happening) && happening.name === knownEvents.registered
    ? begin(batch, customer, happening)
    : undefined;
}

function begin(
  batch: Batch,
  customer: Customer,
  { timestamp, receivedAt, messageId }: Track,
): Track | undefined {
  const zone = batch.zoneOf(customer);
  const { state, move } = register(customer.stages, { timestamp, receivedAt, zone });
  customer.stages = state;
  if (!move) return undefined;
  customer.stageZone = zone;
  return moveStage(batch, customer, move, messageId);
}

function redeem(batch: Batch, customer: Customer, { properties, timestamp }: Track): void {
  const { offerId } = properties;
  if (typeof offerId === 'string') batch.writes.redemptions.push({ customer, offerId, at: timestamp });
}
