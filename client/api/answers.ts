import { z } from 'zod';
import { journeyStates } from './queries';

const instant = z.iso.datetime();
const item = z.looseObject({ at: instant, kind: z.string() });

export const errorAnswer = z.object({
  error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }),
});

export const itemsAnswer = z.object({ items: z.array(item), next: z.string().optional() });

export const customerAnswer = z.object({
  id: z.uuid(),
  identifiers: z.array(z.object({ type: z.string(), value: z.string() })),
  traits: z.record(z.string(), z.unknown()),
  stage: z.string().optional(),
  timezone: z.string(),
  subscriptions: z.array(
    z.object({
      channel: z.string(),
      key: z.string(),
      group: z.string().optional(),
      status: z.enum(['subscribed', 'unsubscribed', 'none']),
      source: z.string(),
      actor: z.string().optional(),
      wording: z.string().optional(),
      review: z.literal(true).optional(),
      at: instant,
    }),
  ),
  offers: z.array(
    z.object({
      offerId: z.uuid(),
      name: z.string(),
      code: z.string().optional(),
      expiresAt: instant,
      status: z.enum(['granted', 'redeemed', 'expired']),
    }),
  ),
  experiments: z
    .array(
      z.object({ experiment: z.string(), arm: z.string(), assignedAt: instant, contaminated: z.boolean() }),
    )
    .optional(),
  lock: z.object({ journey: z.string(), priority: z.int(), since: instant, until: instant }).optional(),
});

export const reviewsAnswer = z.object({
  items: z.array(
    z.object({
      customer: z.uuid().optional(),
      channel: z.string(),
      key: z.string(),
      wording: z.string().optional(),
      source: z.string(),
      closed: z.boolean(),
      at: instant,
    }),
  ),
  next: z.string().optional(),
});
export const settleAnswer = z.object({ settled: z.literal(true), closed: z.boolean() });

const held = z.object({
  since: instant,
  by: z.string(),
  reason: z.enum(['operator', 'blast_guard']),
  note: z.string().optional(),
});
const journeyState = z.enum(journeyStates);
const sending = z.object({ state: z.enum(['on', 'halted']), held: held.optional() });

/** After a switch was turned; `changed` is false where it stood that way already. */
export const journeySwitchAnswer = z.object({
  journey: z.string(),
  state: journeyState,
  held: held.optional(),
  /** Of one that is stopped: its runs that the workers have still to end. */
  openRuns: z.int().optional(),
  changed: z.boolean(),
});
export const sendingAnswer = sending.extend({ changed: z.boolean() });

export const launchAnswer = z.object({
  launchId: z.uuid(),
  journey: z.string(),
  version: z.int(),
  audience: z.string(),
  status: z.enum(['held', 'running', 'done', 'canceled']),
  expected: z.int(),
  lastEntered: z.int().optional(),
  entered: z.int(),
  refused: z.int(),
  at: instant,
  by: z.string(),
  note: z.string().optional(),
  approvedBy: z.string().optional(),
  finishedAt: instant.optional(),
});

export const readmitAnswer = z.object({
  journey: z.string(),
  entered: z.int(),
  refused: z.record(z.string(), z.int()),
  lapsed: z.int(),
  more: z.boolean(),
  before: instant,
});

export const estimateAnswer = z.object({
  journey: z.string(),
  audience: z.string(),
  expected: z.int(),
  lastEntered: z.int().optional(),
  codesLeft: z.int().optional(),
  held: z.boolean(),
  message: z.string().optional(),
  segmentsEach: z.int(),
  perSecond: z.number().optional(),
  plan: z.object({
    segments: z.int(),
    sendingMs: z.int().optional(),
    perSecondForOneDay: z.number(),
    withinTheDay: z.boolean(),
    windows: z.array(z.object({ from: instant, to: instant, customers: z.int() })).optional(),
  }),
  gate: z.object({ asked: z.int(), of: z.int(), verdicts: z.record(z.string(), z.int()) }).optional(),
});

export const journeysAnswer = z.object({
  sending,
  items: z.array(
    z.object({
      journey: z.string(),
      version: z.int(),
      purpose: z.string().optional(),
      state: journeyState,
      held: held.optional(),
      waitingSends: z.int(),
      open: z.int(),
      ended: z.int(),
      statuses: z.record(z.string(), z.int()),
      outcomes: z.record(z.string(), z.int()),
    }),
  ),
  next: z.string().optional(),
});

const verdict = z.enum(['send', 'suppressed', 'deferred']);
const said = { reason: z.string().optional(), until: instant.optional() };
const violations = z.array(z.object({ path: z.string(), code: z.string(), message: z.string() }));

export const whyAnswer = z.object({
  customer: z.uuid(),
  at: instant,
  message: z.string().optional(),
  answer: z.string(),
  decision: z
    .object({
      at: instant,
      enrollmentId: z.uuid(),
      journey: z.string(),
      version: z.int(),
      step: z.string(),
      message: z.string(),
      verdict,
      ...said,
      checks: z.array(
        z.object({ check: z.string(), result: z.string(), saw: z.record(z.string(), z.unknown()) }),
      ),
      notAsked: z.array(z.string()),
      later: z.array(z.object({ at: instant, verdict, ...said })),
    })
    .optional(),
  send: z
    .object({
      sendId: z.uuid(),
      status: z.string(),
      providerSid: z.string().optional(),
      errorCode: z.string().optional(),
      changes: z.array(z.object({ at: instant, status: z.string(), errorCode: z.string().optional() })),
    })
    .optional(),
  held: z
    .object({ since: instant, by: z.enum(['paused', 'halted']), journey: z.string(), message: z.string() })
    .optional(),
  journeys: z.array(
    z.object({
      journey: z.string(),
      standing: z.enum([
        'entered',
        'ended',
        'refused',
        'no_event',
        'quarantined',
        'not_taken',
        'no_stage',
        'not_launched',
      ]),
      at: instant.optional(),
      enrollmentId: z.uuid().optional(),
      status: z.string().optional(),
      reason: z.string().optional(),
      enters: z.union([
        z.object({ event: z.string() }),
        z.object({ stage: z.string() }),
        z.object({ audience: z.string() }),
      ]),
      messageId: z.string().optional(),
      violations: violations.optional(),
      conditions: z.array(z.object({ condition: z.string(), holds: z.boolean() })).optional(),
      held: z.object({ by: z.enum(['paused', 'stopped', 'halted']), since: instant }).optional(),
    }),
  ),
});

export const quarantineAnswer = z.object({
  items: z.array(
    z.object({
      messageId: z.string(),
      receivedAt: instant,
      source: z.string(),
      event: z.unknown(),
      violations,
    }),
  ),
  next: z.string().optional(),
});

export const replayAnswer = z.object({ replayed: z.boolean() });
export const dropAnswer = z.object({ dropped: z.literal(true) });
