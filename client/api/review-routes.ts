import type { Database } from '../../store/database';
import { reviews, settle } from '../consent/reviews';
import { errorAnswer, reviewsAnswer, settleAnswer } from './answers';
import { reviewBody, reviewParams, reviewsQuery } from './queries';
import type { ZodApp } from './zod-http';

/** STOPs in free words, and what may be one: those that nobody has looked at, and what was found. */
export function reviewRoutes(
  app: ZodApp,
  { db, country }: { readonly db: Database; readonly country: string },
): void {
  app.get(
    '/reviews',
    { schema: { querystring: reviewsQuery, response: { 200: reviewsAnswer, 400: errorAnswer } } },
    async ({ query }) => reviews(db, query),
  );
  app.post(
    '/reviews/:channel/:key/settle',
    {
      schema: { params: reviewParams, body: reviewBody, response: { 200: settleAnswer, 404: errorAnswer } },
    },
    async ({ params, body: { by: actor = 'operator', ...look } }) => ({
      settled: true,
      ...(await settle(db, country, { ...params, ...look, actor })),
    }),
  );
}
