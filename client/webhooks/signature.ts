import type { FastifyRequest } from 'fastify';
import { validateRequest } from 'twilio/lib/webhooks/webhooks';
import { HttpError } from '../http/http-error';
import type { Form } from './form';

export interface SignatureDeps {
  /** Tokens that may have signed: two while the account's token is being changed. */
  readonly authTokens: readonly string[];
  /** The addresses that the provider may have been told to call, without a slash at the end. */
  readonly publicUrls: readonly string[];
}

/**
 * Throws a 403 unless the provider signed exactly this request. The address is the public one with the path and query
 * as they came: behind a proxy the request's own host and scheme are not those that were signed.
 */
export function checkSignature(
  { authTokens, publicUrls }: SignatureDeps,
  request: FastifyRequest,
  form: Form,
): void {
  const signature = request.headers['x-twilio-signature'];
  const signed =
    typeof signature === 'string' &&
    // Compares in constant time.
    authTokens.some((token) =>
      publicUrls.some((url) => validateRequest(token, signature, url + request.raw.url, form)),
    );
  if (!signed) throw new HttpError(403, 'bad_signature', 'The signature does not fit this request.');
}
