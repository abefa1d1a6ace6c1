import { createHash } from 'node:crypto';
import { elapsed } from '../catalog/duration';
import { decideEntry } from '../rules/entry/decide-entry';
import { asText } from '../rules/entry/text';
import { runProperties } from '../rules/run-properties';
import { toLocal } from '../rules/time/local-time';
import type { RunInput } from '../workflows/runtime/contract';
import type { Batch } from './batch';
import { type Customer, type Run, runKey } from './customer';
import type { JourneyDefinition } from './deps';
import { countEnding, endOutsideStage } from './end-run';
import { runEvent, type Track } from './happening';

/** Starts a run of the journey, or records why not. Runs whose exit or goal has already happened end at once. */
export function enter(batch: Batch, customer: Customer, journey: JourneyDefinition, trigger: Track): void {
  const { id, policy } = journey;
  const key = keyOf(journey, trigger);
  const decision = decideEntry(policy, {
    paused: batch.paused.has(id),
    timestamp: trigger.timestamp,
    receivedAt: trigger.receivedAt,
    key,
    open: customer.runs.some((run) => run.status === 'open' && run.journey === id && run.key === key),
    lastEndedAt: key === null ? undefined : customer.lastEnds.get(runKey(id, key)),
  });
  const run = decision.enters ? newRun(batch, customer, journey, trigger, key ?? '') : undefined;
  batch.writes.enrollmentChanges.push({
    mark: batch.writes.mark(),
    customer,
    enrollmentId: run?.enrollmentId ?? null,
    at: batch.now,
    journey: id,
    version: policy.version,
    key: key ?? '',
    status: run ? 'entered' : 'refused',
    reason: decision.enters ? null : decision.reason,
    messageId: trigger.messageId,
  });
  if (!run) return;
  customer.runs.push(run);
  tellStart(batch, customer, run, trigger);
  for (const event of customer.endings) countEnding(batch, customer, run, event);
  endOutsideStage(batch, customer, { at: batch.now, messageId: trigger.messageId });
}

/** What tells runs of one customer apart; null when the trigger lacks it. */
export function keyOf({ policy: { enter: entry } }: JourneyDefinition, trigger: Pick<Track, 'properties'>) {
  if (!('on' in entry) || entry.key === undefined) return '';
  const text = asText(trigger.properties[entry.key]);
  // Longer ones would not fit an index; they stay apart all the same.
  if (text === null || text.length <= LONGEST_KEY) return text;
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

const LONGEST_KEY = 256;

function newRun(
  batch: Batch,
  customer: Customer,
  journey: JourneyDefinition,
  trigger: Track,
  key: string,
): Run {
  const { id, policy } = journey;
  const { timestamp, receivedAt } = trigger;
  const zone = batch.zoneOf(customer);
  return {
    enrollmentId: batch.newId(),
    journey: id,
    version: policy.version,
    key,
    status: 'open',
    reason: null,
    enteredAt: receivedAt,
    triggerAt: timestamp,
    triggerMessageId: trigger.messageId,
    triggerProperties: runProperties(batch.deps.routes.definitionOf(trigger.name), trigger.properties),
    dayZero: toLocal(receivedAt, zone).date,
    endedAt: null,
    goalUntil: policy.goal ? new Date(timestamp.getTime() + elapsed(policy.goal.within)) : null,
    goalAt: null,
    dueAt: policy.lock ? receivedAt : null,
    heldUntil: null,
    isNew: true,
    changed: false,
    zone,
  };
}

function tellStart(batch: Batch, customer: Customer, run: Run, trigger: Track): void {
  const { enrollmentId, journey, version, key, zone } = run;
  const definition = batch.deps.routes.definitionOf(trigger.name);
  batch.writes.outbox.push({
    customer,
    run,
    kind: 'start',
    payload: (): Omit<RunInput, 'clockOffsetMs' | 'pending'> => ({
      enrollmentId,
      profileId: batch.customer(customer.profileId).profileId,
      journey,
      version,
      key,
      zone,
      trigger: runEvent(trigger, definition),
    }),
  });
}
