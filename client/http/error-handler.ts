import type { FastifyReply, FastifyRequest } from 'fastify';
import { isUnavailable } from '../../store/database-errors';
import { describeError } from './describe-error';
import { errorBody } from './error-body';
import { HttpError } from './http-error';

/**
 * Answers what a handler or the framework threw. Only the messages of {@link HttpError} are passed on; anything
 * else is told by its status, and logged when it is ours to mend.
 */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof HttpError) {
    return reply.code(error.statusCode).send(errorBody(error.code, error.message, error.details));
  }
  const status = statusOf(error);
  if (status >= 500) {
    const route = request.routeOptions.url ?? 'unknown';
    request.log.error(
      { method: request.method, route, status, error: describeError(error) },
      'request failed',
    );
  }
  const { code, message } = answers[status] ?? (status < 500 ? badRequest : internal);
  return reply.code(status).send(errorBody(code, message));
}

export function answerNotFound(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.code(404).send(errorBody('not_found', 'There is no such route.'));
}

function statusOf(error: unknown): number {
  if (isUnavailable(error)) return 503;
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return 500;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 600 ? statusCode : 500;
}

const badRequest = { code: 'bad_request', message: 'The request cannot be read.' };
const internal = { code: 'internal', message: 'Something went wrong on our side; it is in the log.' };

const answers: { readonly [status: number]: { readonly code: string; readonly message: string } } = {
  401: { code: 'unauthorized', message: 'The request carries no valid credentials.' },
  403: { code: 'forbidden', message: 'This is not allowed.' },
  404: { code: 'not_found', message: 'There is no such thing.' },
  413: { code: 'too_large', message: 'The body is too large.' },
  414: { code: 'uri_too_long', message: 'The address is too long.' },
  415: { code: 'unsupported_media_type', message: 'The content type is not supported here.' },
  429: { code: 'too_many_requests', message: 'Too many requests; try again later.' },
  503: { code: 'unavailable', message: 'The service is away for a moment; try again.' },
};
