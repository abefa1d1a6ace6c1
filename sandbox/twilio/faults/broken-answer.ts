import type { FastifyReply } from 'fastify';
import type { RequestFault } from './fault';
import { errorBody, twilioError } from '../api/twilio-errors';

/** Requests that are left without an answer on purpose, so that a close need not wait for them. */
export class Unanswered {
  readonly #replies = new Set<FastifyReply>();

  hang(reply: FastifyReply): void {
    reply.hijack();
    this.#replies.add(reply);
    reply.raw.once('close', () => this.#replies.delete(reply));
  }

  close(): void {
    for (const reply of this.#replies) reply.raw.destroy();
    this.#replies.clear();
  }
}

/** Answers as the fault says. What was to be accepted has been by now. */
export function answerBroken(reply: FastifyReply, fault: RequestFault, unanswered: Unanswered): FastifyReply {
  switch (fault.fault) {
    case 'rate_limited':
      reply.header('retry-after', String(fault.retryAfter));
      return reply.code(429).send(errorBody(twilioError(20429)));
    case 'refuse': {
      const error = twilioError(fault.code);
      return reply.code(error.status).send(errorBody(error));
    }
    case 'error_500':
      return reply.code(500).send(errorBody(twilioError(20500)));
    case 'error_503_html':
      return reply.code(503).type('text/html').send(unavailablePage);
    case 'accept_then_garbage':
      return reply.code(201).type('application/json').send('{"sid": "SM');
    case 'hang_before_accept':
    case 'accept_then_hang':
      unanswered.hang(reply);
      return reply;
    case 'reset_before_accept':
    case 'accept_then_reset':
      reply.hijack();
      reply.raw.socket?.resetAndDestroy();
      return reply;
  }
}

/** Whether the message is taken although the caller will not be told so properly. */
export function acceptsFirst(fault: RequestFault): boolean {
  switch (fault.fault) {
    case 'accept_then_garbage':
    case 'accept_then_hang':
    case 'accept_then_reset':
      return true;
    case 'error_500':
    case 'error_503_html':
      return fault.accepted;
    case 'rate_limited':
    case 'refuse':
    case 'hang_before_accept':
    case 'reset_before_accept':
      return false;
  }
}

const unavailablePage =
  '<!doctype html><html><head><title>503 Service Unavailable</title></head><body><h1>Service Unavailable</h1></body></html>';
