import type { z } from 'zod';
import type { Database } from '../../store/database';
import { type By, journeyActs, turnJourney, turnSending } from '../operations/switches';
import { errorAnswer, journeySwitchAnswer, sendingAnswer } from './answers';
import { journeyParams, switchBody } from './queries';
import type { ZodApp } from './zod-http';

/** What holds journeys, and all sending, back and lets them go on. */
export function switchRoutes(
  app: ZodApp,
  { db, journeys }: { readonly db: Database; readonly journeys: readonly { readonly id: string }[] },
): void {
  for (const act of journeyActs) {
    app.post(
      `/journeys/:journey/${act}`,
      {
        schema: {
          params: journeyParams,
          body: switchBody,
          response: { 200: journeySwitchAnswer, 404: errorAnswer, 409: errorAnswer },
        },
      },
      async ({ params: { journey }, body }) => turnJourney(db, journeys, { journey, act, by: byOf(body) }),
    );
  }
  for (const act of ['halt', 'resume'] as const) {
    app.post(
      `/sends/${act}`,
      { schema: { body: switchBody, response: { 200: sendingAnswer } } },
      async ({ body }) => turnSending(db, act, byOf(body)),
    );
  }
}

export function byOf(body: z.output<typeof switchBody>): By {
  return { actor: body?.by ?? 'operator', note: body?.note ?? null };
}
