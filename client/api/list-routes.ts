import { listEnrollments } from '../../store/enrollment-list';
import { listOutcomes } from '../../store/outcome-list';
import { listRefusals } from '../../store/refusal-list';
import { listSends } from '../../store/send-list';
import { readSeqCursor, readUuidCursor, writeCursor } from './cursor';
import { customerId, type ReadContext } from './customer';
import { pageOf } from './page';
import { enrollmentItem, outcomeItem, refusalItem, sendItem } from './present';
import { errorAnswer, itemsAnswer } from './answers';
import { enrollmentsQuery, outcomesQuery, sendsQuery } from './queries';
import type { ZodApp } from './zod-http';

/** Enrollments, sends and outcomes of all customers. */
export function listRoutes(app: ZodApp, context: ReadContext): void {
  const { db } = context;
  const response = { 200: itemsAnswer, 400: errorAnswer, 404: errorAnswer };
  const profileOf = (customer: string | undefined) =>
    customer === undefined ? undefined : customerId(context, customer);

  app.get(
    '/enrollments',
    { schema: { querystring: enrollmentsQuery, response } },
    async ({ query: { journey, status, customer, after, limit } }) => {
      if (status === 'refused') {
        const place = readSeqCursor(after);
        const filter = { journey, profileId: await profileOf(customer), limit: limit + 1 };
        const rows = await listRefusals(db, {
          ...filter,
          after: place && { at: place.instant, seq: place.id },
        });
        return pageOf(rows, limit, refusalItem, ({ at, seq }) => writeCursor(at, seq));
      }
      const place = readUuidCursor(after);
      const rows = await listEnrollments(db, {
        journey,
        status: status === 'entered' ? 'open' : status,
        profileId: await profileOf(customer),
        after: place && { enteredAt: place.instant, enrollmentId: place.id },
        limit: limit + 1,
      });
      return pageOf(rows, limit, enrollmentItem, (row) => writeCursor(row.enteredAt, row.enrollmentId));
    },
  );

  app.get(
    '/sends',
    { schema: { querystring: sendsQuery, response } },
    async ({ query: { journey, status, customer, after, limit } }) => {
      const place = readUuidCursor(after);
      const rows = await listSends(db, {
        journey,
        status,
        profileId: await profileOf(customer),
        after: place && { createdAt: place.instant, sendId: place.id },
        limit: limit + 1,
      });
      return pageOf(rows, limit, sendItem, ({ createdAt, sendId }) => writeCursor(createdAt, sendId));
    },
  );

  app.get(
    '/outcomes',
    { schema: { querystring: outcomesQuery, response } },
    async ({ query: { journey, outcome, customer, after, limit } }) => {
      const place = readSeqCursor(after);
      const rows = await listOutcomes(db, {
        journey,
        outcome,
        profileId: await profileOf(customer),
        after: place && { at: place.instant, seq: place.id },
        limit: limit + 1,
      });
      return pageOf(rows, limit, outcomeItem, ({ at, seq }) => writeCursor(at, seq));
    },
  );
}
