import { randomBytes } from 'node:crypto';
import type { CreateRequest } from '../api/create-request';
import type { Delivery } from './delivery';
import type { DeliveryFault, FaultSpec } from '../faults/fault';
import type { FaultDraw } from '../faults/faults';
import { type CallbackPlan, type DeliveryPlan, type Message, ordinaryPlan } from '../messages/message';
import { poolSender } from './pool';
import type { Entry, SandboxState } from '../messages/state';
import { type TwilioError, twilioError } from '../api/twilio-errors';
import type { VirtualClock } from './virtual-clock';

/** Takes messages in: the block list, the sender's queue, the faults of their delivery, the record. */
export class Exchange {
  constructor(
    private readonly parts: {
      readonly state: SandboxState;
      readonly delivery: Delivery;
      readonly clock: VirtualClock;
      readonly numbers: readonly string[];
    },
  ) {}

  /** Why Twilio would refuse this message just now, if it would. */
  refusalOf(request: CreateRequest): TwilioError | undefined {
    const sender = request.from ?? poolSender(this.parts.numbers, request.to);
    // An opt-out after scheduling does not cancel, and one before is looked at when the time has come.
    if (request.sendAt !== null) return undefined;
    if (this.isOptedOut(request.to, sender, request.serviceSid)) return twilioError(21610);
    return this.parts.delivery.isQueueFull(sender) ? twilioError(21611) : undefined;
  }

  /** Whether this person has stopped this sender, or the messaging service it belongs to. */
  isOptedOut(person: string, sender: string, serviceSid: string | null): boolean {
    const { optOuts } = this.parts.state;
    const service = serviceSid ?? this.parts.state.serviceOf(sender);
    return optOuts.has(person, sender) || (service !== null && optOuts.has(person, service));
  }

  /** Records a message and begins its delivery. What is identical to an earlier one is one more message. */
  async accept(request: CreateRequest, direction: 'outbound-api' | 'outbound-reply'): Promise<Message> {
    const { state, delivery, clock } = this.parts;
    const at = await clock.stamp();
    const draws = direction === 'outbound-api' ? state.faults.forDelivery(request.to) : [];
    const now = Date.now();
    const message: Message = {
      seq: state.messages.takeSeq(),
      sid: newSid(request.numMedia > 0 ? 'MM' : 'SM'),
      direction,
      to: request.to,
      from: request.from,
      serviceSid: request.serviceSid,
      body: request.body,
      numMedia: request.numMedia,
      segments: request.segments,
      status: firstStatus(request),
      errorCode: null,
      createdAt: now,
      updatedAt: now,
      sentAt: null,
      at,
      sendAt: request.sendAt,
      validitySeconds: request.validitySeconds,
      statusCallback: request.statusCallback,
      plan: planOf(draws),
      owed: [],
      feedback: null,
    };
    await state.record(...draws.map(countEntry), { type: 'message', message });
    delivery.start(message);
    return message;
  }
}

export function newSid(prefix: 'SM' | 'MM'): string {
  return prefix + randomBytes(16).toString('hex');
}

export function countEntry(drawn: Pick<FaultDraw<FaultSpec>, 'id' | 'counts'>): Entry {
  return { type: 'fault-counted', id: drawn.id, ...drawn.counts };
}

function firstStatus(request: CreateRequest): Message['status'] {
  if (request.sendAt !== null) return 'scheduled';
  return request.serviceSid === null ? 'queued' : 'accepted';
}

function planOf(draws: readonly FaultDraw<DeliveryFault>[]): DeliveryPlan {
  let { outcome, errorCode, callbacks } = ordinaryPlan;
  for (const { spec, fires } of draws) {
    if (!fires) continue;
    if (spec.fault === 'deliver_as') {
      outcome = spec.status;
      errorCode = spec.errorCode ?? null;
    } else {
      callbacks = withFault(callbacks, spec);
    }
  }
  return { outcome, errorCode, callbacks };
}

function withFault(
  callbacks: CallbackPlan,
  spec: Exclude<DeliveryFault, { fault: 'deliver_as' }>,
): CallbackPlan {
  switch (spec.fault) {
    case 'callbacks_late':
      return { ...callbacks, delayMs: spec.delayMs };
    case 'callbacks_duplicated':
      return { ...callbacks, copies: 2 };
    case 'callbacks_reordered':
      return { ...callbacks, reversed: true };
    case 'callbacks_dropped':
      return { ...callbacks, dropped: true };
  }
}
