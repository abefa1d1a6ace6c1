import { readTimeline } from '../../store/timeline';
import { writeCursor, readSeqCursor } from './cursor';
import { customer, customerId, type ReadContext } from './customer';
import { pageOf } from './page';
import { timelineItem } from './present';
import { customerAnswer, errorAnswer, itemsAnswer } from './answers';
import { customerParams, timelineQuery } from './queries';
import type { ZodApp } from './zod-http';

/** One customer, and all that happened to them. */
export function customerRoutes(app: ZodApp, context: ReadContext): void {
  app.get(
    '/customers/:customer',
    { schema: { params: customerParams, response: { 200: customerAnswer, 404: errorAnswer } } },
    async ({ params }) => customer(context, params.customer),
  );

  app.get(
    '/customers/:customer/timeline',
    {
      schema: {
        params: customerParams,
        querystring: timelineQuery,
        response: { 200: itemsAnswer, 404: errorAnswer },
      },
    },
    async ({ params, query: { kinds, after, limit } }) => {
      const place = readSeqCursor(after);
      const id = await customerId(context, params.customer);
      const rows = await readTimeline(context.db, id, {
        kinds: kinds && [...new Set(kinds)],
        after: place && { at: place.instant, seq: place.id },
        limit: limit + 1,
      });
      return pageOf(rows, limit, timelineItem, ({ at, seq }) => writeCursor(at, seq));
    },
  );
}
