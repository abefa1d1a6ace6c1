import { createHash } from 'node:crypto';
import { elapsed } from '../catalog/duration';
import { decideEntry, type Refusal } from '../rules/entry/decide-entry';
import { asText } from '../rules/entry/text';
import { runProperties } from '../rules/run-properties';
import { toLocal } from '../rules/time/local-time';
import type { RunInput } from '../workflows/runtime/contract';
import type { Batch } from './batch';
import { type Customer, type Run, runKey } from './customer';
import type { JourneyDefinition } from './deps';
import { countEnding, endOutsideStage } from './end-run';
import { runEvent, type Track } from './happening';
import type { UniqueCode } from './stock';

/** Starts a run of the journey, or records why not. Runs whose exit or goal has already happened end at once. */
export function enter(batch: Batch, customer: Customer, journey: JourneyDefinition, trigger: Track): void {
  const { id, policy } = journey;
  const key = keyOf(journey, trigger);
  const admission = admit(batch, customer, journey, { trigger, key });
  const run = admission.enters
    ? newRun(batch, customer, journey, { trigger, key: key ?? '', code: admission.code })
    : undefined;
  batch.writes.enrollmentChanges.push({
    mark: batch.writes.mark(),
    customer,
    enrollmentId: run?.enrollmentId ?? null,
    at: batch.now,
    journey: id,
    version: policy.version,
    key: key ?? '',
    status: run ? 'entered' : 'refused',
    reason: admission.enters ? null : admission.reason,
    messageId: trigger.messageId,
  });
  if (!run) return;
  customer.runs.push(run);
  tellStart(batch, customer, run, trigger);
  for (const event of customer.endings) countEnding(batch, customer, run, event);
  endOutsideStage(batch, customer, { at: batch.now, messageId: trigger.messageId });
}

type Admission =
  | { readonly enters: true; readonly code: UniqueCode | null }
  | { readonly enters: false; readonly reason: Refusal | 'no_code' };

function admit(
  batch: Batch,
  customer: Customer,
  { id, policy }: JourneyDefinition,
  { trigger: { timestamp, receivedAt }, key }: { readonly trigger: Track; readonly key: string | null },
): Admission {
  const decision = decideEntry(policy, {
    paused: batch.paused.has(id),
    timestamp,
    receivedAt,
    key,
    open: customer.runs.some((run) => run.status === 'open' && run.journey === id && run.key === key),
    lastEndedAt: key === null ? undefined : customer.lastEnds.get(runKey(id, key)),
  });
  if (!decision.enters) return decision;
  if (policy.codes === undefined) return { enters: true, code: null };
  // Last of all: whoever may not enter takes no code.
  const offer = policy.codes;
  const code = batch.stock.take(offer);
  if (code !== undefined) return { enters: true, code: { offer, code } };
  batch.writes.exhausted.add(offer);
  return { enters: false, reason: 'no_code' };
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
  { id, policy }: JourneyDefinition,
  { trigger, key, code }: { readonly trigger: Track; readonly key: string; readonly code: UniqueCode | null },
): Run {
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
    code,
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
