import { z } from 'zod';
import { sendStatuses } from '../../rules/send-status';
import { timelineKinds } from '../../store/timeline';

/** Postgres has no null characters: nothing is called that. */
const name = z
  .string()
  .max(1_000)
  .refine((text) => !text.includes('\0'), 'expected no null character');

/** A filter that is given empty counts as not given. */
const filter = name
  .max(500)
  .transform((text) => text || undefined)
  .optional();

const page = {
  /** `next` of an earlier answer. */
  after: filter,
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
};

/** Of enrollments, as the timeline tells them. */
const enrollmentStatuses = [
  'entered',
  'refused',
  'completed',
  'converted',
  'exited',
  'merged',
  'failed',
] as const;

const listOf = <Status extends string>(statuses: readonly Status[]) =>
  z.strictObject({
    journey: filter,
    status: filter.pipe(z.enum(statuses).optional()),
    customer: filter,
    ...page,
  });

export const journeyStates = ['running', 'paused', 'stopped'] as const;

export const enrollmentsQuery = listOf(enrollmentStatuses);
/** By what the journeys themselves do, or by what became of enrollments in them. */
export const journeysQuery = listOf([...journeyStates, ...enrollmentStatuses]);
export const sendsQuery = listOf(sendStatuses);
export const outcomesQuery = z.strictObject({ journey: filter, outcome: filter, customer: filter, ...page });
export const quarantineQuery = z.strictObject({ messageId: filter, ...page });

export const timelineQuery = z.strictObject({
  /** Separated by commas; default all. */
  kinds: filter
    .transform((text) => text?.split(',').map((kind) => kind.trim()))
    .pipe(z.array(z.enum(timelineKinds)).min(1).optional()),
  ...page,
});

export const whyQuery = z.strictObject({
  customer: name.max(500),
  message: filter,
  journey: filter,
  /** An instant, or a date for the end of that day where the customer is. Default now. */
  at: filter,
});

export const customerParams = z.object({ customer: name });
export const messageParams = z.object({ messageId: name });
export const replayBody = z
  .strictObject({
    /** Laid over the event's own. */
    properties: z.record(z.string(), z.unknown()).optional(),
  })
  .nullish();

/** A name. Default `operator`. */
const by = name.trim().min(1).max(100).optional();
const note = name.trim().min(1).max(500);

/** Who turns a switch and why, kept on record. */
export const switchBody = z.strictObject({ by, note: note.optional() }).nullish();

export const reviewsQuery = z.strictObject(page);
export const reviewParams = z.object({ channel: z.enum(['sms', 'whatsapp']), key: name });
/** What was found is asked for: it is all that is left of the look. */
export const reviewBody = z.strictObject({
  by,
  note,
  /** Closes the number: what was doubtful is a STOP. Default false. */
  stop: z.boolean().optional(),
});

export const journeyParams = z.object({ journey: name });
export const estimateQuery = z.strictObject({ message: filter });

/** An instant with its zone, as a date. */
const moment = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .optional();
export const readmitBody = z
  .strictObject({
    by,
    /** Default `guard`. */
    because: z.enum(['guard', 'no_code']).optional(),
    /** Only those refused since. Default: in the last seven days. */
    since: moment,
    /** Only those refused before. Default: until now. */
    before: moment,
  })
  .nullish();
