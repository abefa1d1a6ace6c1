import { clockNow } from '../../store/clock';
import type { Database } from '../../store/database';
import { HttpError } from '../http/http-error';
import { readWhen } from '../why/instant';
import type { Entrances } from '../why/journey-answers';
import { why } from '../why/why';
import { customer, type ReadContext } from './customer';
import { errorAnswer, whyAnswer } from './answers';
import { whyQuery } from './queries';
import type { ZodApp } from './zod-http';

/** Why somebody did or did not get a message. */
export function whyRoutes(
  app: ZodApp,
  deps: ReadContext & { readonly db: Database; readonly launch: { readonly project: Entrances } },
): void {
  const { db } = deps;
  app.get(
    '/why',
    { schema: { querystring: whyQuery, response: { 200: whyAnswer, 400: errorAnswer, 404: errorAnswer } } },
    async ({ query: { customer: reference, message, journey, at } }) => {
      const { id, timezone } = await customer(deps, reference);
      return why(db, deps.launch.project, {
        profileId: id,
        message,
        journey,
        at: at === undefined ? await clockNow(db) : instant(at, timezone),
      });
    },
  );
}

function instant(text: string, zone: string): Date {
  const at = readWhen(text, zone);
  if (at) return at;
  throw new HttpError(
    400,
    'invalid_request',
    '"at" is an instant, as in 2027-02-03T03:00:00Z, or a date, as in 2027-02-03.',
  );
}
