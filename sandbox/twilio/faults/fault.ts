import { z } from 'zod';
import { isRecipient } from '../messages/address';

const whenAndWhom = {
  /** Only for messages to this recipient. Default: any. */
  to: z.string().refine(isRecipient, 'expected an E.164 number or a channel address').optional(),
  /** How many times it happens before it is spent. Default 1. */
  times: z.union([z.int().min(1).max(1_000_000), z.literal('always')]).default(1),
  /** How likely it is each time it could happen, above 0 and up to 1. Default 1. The draws follow from `seed`. */
  probability: z.number().gt(0).max(1).default(1),
  seed: z.int().default(1),
};

/** Which calls a fault of the API itself concerns: creates, or fetches and lists. Default `create`. */
const on = z.enum(['create', 'read']).default('create');

const seconds = z.number().min(0).max(3600);

/** Whether the message was taken all the same, which is what makes a 5xx ambiguous. Default false. */
const accepted = z.boolean().default(false);

const requestFaults = [
  z.strictObject({ fault: z.literal('rate_limited'), retryAfter: seconds.default(1), on, ...whenAndWhom }),
  z.strictObject({ fault: z.literal('error_500'), accepted, on, ...whenAndWhom }),
  z.strictObject({ fault: z.literal('error_503_html'), accepted, on, ...whenAndWhom }),
  z.strictObject({ fault: z.literal('hang_before_accept'), on, ...whenAndWhom }),
  z.strictObject({ fault: z.literal('reset_before_accept'), on, ...whenAndWhom }),
  z.strictObject({ fault: z.literal('accept_then_hang'), ...whenAndWhom }),
  z.strictObject({ fault: z.literal('accept_then_reset'), ...whenAndWhom }),
  z.strictObject({ fault: z.literal('accept_then_garbage'), ...whenAndWhom }),
  z.strictObject({ fault: z.literal('refuse'), code: z.int().min(10_000).max(99_999), ...whenAndWhom }),
] as const;

const deliveryFaults = [
  z.strictObject({
    fault: z.literal('callbacks_late'),
    delayMs: z.int().min(1).max(86_400_000),
    ...whenAndWhom,
  }),
  z.strictObject({ fault: z.literal('callbacks_duplicated'), ...whenAndWhom }),
  z.strictObject({ fault: z.literal('callbacks_reordered'), ...whenAndWhom }),
  z.strictObject({ fault: z.literal('callbacks_dropped'), ...whenAndWhom }),
  z.strictObject({
    fault: z.literal('deliver_as'),
    status: z.enum(['sent', 'delivered', 'read', 'undelivered', 'failed']),
    errorCode: z.int().min(10_000).max(99_999).optional(),
    ...whenAndWhom,
  }),
] as const;

/** What `POST /sandbox/faults` takes. */
export const faultSpec = z.discriminatedUnion('fault', [...requestFaults, ...deliveryFaults]);

export type FaultSpec = z.output<typeof faultSpec>;

/** Happens to the API call itself. */
export type RequestFault = z.output<(typeof requestFaults)[number]>;

/** Decided when a message is accepted, and happens to its delivery. */
export type DeliveryFault = z.output<(typeof deliveryFaults)[number]>;

const deliveryKinds: ReadonlySet<string> = new Set(deliveryFaults.map((schema) => schema.shape.fault.value));

export function isDeliveryFault(spec: FaultSpec): spec is DeliveryFault {
  return deliveryKinds.has(spec.fault);
}
