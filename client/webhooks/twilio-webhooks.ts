import formbody from '@fastify/formbody';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { Logger } from '../../config/logger';
import type { Database } from '../../store/database';
import { type Form, withoutNulls } from './form';
import { checkSignature, type SignatureDeps } from './signature';
import { takeInbound } from './take-inbound';
import { takeStatus } from './take-status';

export interface TwilioWebhookDeps extends SignatureDeps {
  readonly db: Database;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/**
 * `POST /webhooks/twilio/status` and `/webhooks/twilio/inbound`. Each answers once what it was told is committed; while
 * the database is away it fails, and the provider comes again.
 */
export function twilioWebhooks(deps: TwilioWebhookDeps): FastifyPluginAsync {
  return async (app) => {
    if (!app.hasContentTypeParser('application/x-www-form-urlencoded')) {
      await app.register(formbody, { bodyLimit: BODY_LIMIT });
    }

    app.post<{ Body: Form | undefined; Querystring: { m?: unknown } }>(
      '/webhooks/twilio/status',
      { bodyLimit: BODY_LIMIT },
      async (request, reply) => {
        await takeStatus(deps, request.query.m, signedForm(request));
        return reply.code(204).send();
      },
    );

    app.post<{ Body: Form | undefined }>(
      '/webhooks/twilio/inbound',
      { bodyLimit: BODY_LIMIT },
      async (request, reply) => {
        await takeInbound(deps, signedForm(request));
        // The provider itself answers STOP, START and HELP: a word from us would be the second.
        return reply.type('text/xml').send('<Response/>');
      },
    );

    function signedForm(request: FastifyRequest<{ Body: Form | undefined }>): Form {
      const form = request.body ?? {};
      checkSignature(deps, request, form);
      return withoutNulls(form);
    }
  };
}

/** Bytes. A form of the provider's has some twenty short fields and a text of at most 1,600 characters. */
const BODY_LIMIT = 64 * 1_024;
