import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { HttpError } from '../../client/http/http-error';
import { readJsonBodies } from '../twilio/control/json-bodies';
import { loopbackOnly } from '../twilio/control/loopback';
import { ClockError } from './errors';
import { readInstant, readSpan } from './span';

const move = z.union([
  z.strictObject({ advance: z.string().max(40) }),
  z.strictObject({ to: z.string().max(40) }),
]);

export interface MovableClock {
  now(): Promise<Date>;
  moveTo(target: (now: Date) => Date): Promise<Date>;
}

/** `GET` and `POST /sandbox/clock`, for this machine only. */
export function clockRoutes(clock: MovableClock): FastifyPluginAsync {
  return async (app) => {
    readJsonBodies(app);
    app.addHook('onRequest', loopbackOnly);
    app.get('/sandbox/clock', async () => ({ now: await clock.now() }));
    app.post('/sandbox/clock', async (request) => {
      const body = move.safeParse(request.body);
      if (!body.success) {
        throw new HttpError(
          400,
          'invalid_request',
          'Expected { "advance": "3 days" } or { "to": "2027-02-02T15:00:00Z" }.',
        );
      }
      try {
        return { now: await clock.moveTo(targetOf(body.data)) };
      } catch (error) {
        if (error instanceof ClockError) throw new HttpError(error.statusCode, error.code, error.message);
        throw error;
      }
    });
  };
}

/** What is asked for is checked before the clock is waited for. */
function targetOf(asked: z.infer<typeof move>): (now: Date) => Date {
  if ('to' in asked) {
    const to = readInstant(asked.to);
    return () => to;
  }
  return readSpan(asked.advance);
}
