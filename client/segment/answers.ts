import type { FastifyReply } from 'fastify';

/** One event of a call that did not take effect. */
export interface RejectedEvent {
  readonly index: number;
  readonly messageId?: string;
  /** Of the first violation, or `event_too_large`, `event_too_deep`. */
  readonly code: string;
  readonly details: readonly { readonly path: string; readonly code: string; readonly message: string }[];
}

/** Everything else is in effect. Sent only after the commit: clients forget what was answered 200. */
export function accepted(reply: FastifyReply, rejected: readonly RejectedEvent[]): FastifyReply {
  return reply.code(200).send({ success: true, ...(rejected.length > 0 && { rejected }) });
}

/** Never to be sent again as it is: clients drop what is answered 400. */
export function badRequest(reply: FastifyReply, message: string): FastifyReply {
  return reply.code(400).send(segmentError('invalid_request', message));
}

export function unauthorized(reply: FastifyReply): FastifyReply {
  const message =
    'expected the write key of a source, as the user name of Basic authentication or as writeKey';
  return reply.code(401).send(segmentError('unauthorized', message));
}

/** @param seconds until the client sends again, all its batches waiting; whole, 1 to 300. */
export function comeBackIn(seconds: number, reply: FastifyReply): FastifyReply {
  return reply
    .code(429)
    .header('retry-after', String(seconds))
    .send(segmentError('overloaded', `too much at once, send again in ${seconds} s`));
}

/** Clients send again by themselves, after a second or so and then less and less often. */
export function unavailable(reply: FastifyReply): FastifyReply {
  return reply.code(503).send(segmentError('unavailable', 'the service is away for a moment, send again'));
}

/** Segment's own error body. */
function segmentError(code: string, message: string) {
  return { success: false, message, code };
}
