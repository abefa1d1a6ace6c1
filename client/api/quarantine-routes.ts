import type { Queryable } from '../../store/database';
import { deleteQuarantined, quarantined, type QuarantineViolation } from '../../store/quarantine';
import { HttpError } from '../http/http-error';
import { readTextCursor, writeCursor } from './cursor';
import { pageOf } from './page';
import { quarantineItem } from './present';
import { dropAnswer, errorAnswer, quarantineAnswer, replayAnswer } from './answers';
import { messageParams, quarantineQuery, replayBody } from './queries';
import type { ZodApp } from './zod-http';

/** The way back in for events that were set aside. */
export interface QuarantineDoor {
  /** Judges the event again, with `properties` laid over its own, and lets it take effect if it is right. */
  replay(messageId: string, properties: { readonly [name: string]: unknown } | undefined): Promise<Replay>;
}

export type Replay =
  | { readonly status: 'replayed' }
  /** It took effect before. */
  | { readonly status: 'already_replayed' }
  | { readonly status: 'not_found' }
  /** It still breaks the plan, and stays where it is. */
  | { readonly status: 'invalid'; readonly violations: readonly QuarantineViolation[] };

/** Events that broke the tracking plan: to be read, replayed or dropped. */
export function quarantineRoutes(
  app: ZodApp,
  { db, quarantine }: { readonly db: Queryable; readonly quarantine: QuarantineDoor },
): void {
  app.get(
    '/quarantine',
    { schema: { querystring: quarantineQuery, response: { 200: quarantineAnswer } } },
    async ({ query: { messageId, after, limit } }) => {
      const place = readTextCursor(after);
      const rows = await quarantined(db, {
        ...(messageId !== undefined && { messageId }),
        ...(place && { after: { receivedAt: place.instant, messageId: place.id } }),
        limit: limit + 1,
      });
      return pageOf(rows, limit, quarantineItem, (row) => writeCursor(row.position, row.messageId));
    },
  );

  app.post(
    '/quarantine/:messageId/replay',
    {
      schema: {
        params: messageParams,
        body: replayBody,
        response: { 200: replayAnswer, 404: errorAnswer, 422: errorAnswer },
      },
    },
    async ({ params, body }) => {
      const replay = await quarantine.replay(params.messageId, body?.properties);
      switch (replay.status) {
        case 'replayed':
          return { replayed: true };
        case 'already_replayed':
          return { replayed: false };
        case 'not_found':
          throw notFound();
        case 'invalid':
          throw new HttpError(
            422,
            'still_invalid',
            'The event still breaks the tracking plan.',
            replay.violations,
          );
      }
    },
  );

  app.delete(
    '/quarantine/:messageId',
    { schema: { params: messageParams, response: { 200: dropAnswer, 404: errorAnswer } } },
    async ({ params }) => {
      if (!(await deleteQuarantined(db, params.messageId))) throw notFound();
      return { dropped: true };
    },
  );
}

function notFound(): HttpError {
  return new HttpError(404, 'not_quarantined', 'No event with this message id is in quarantine.');
}
