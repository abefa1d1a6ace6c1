import type { Database } from '../../store/database';
import { type EstimateDeps, estimateLaunch, type Rehearse } from '../launch/estimate';
import { approve, cancel, current, launch, told } from '../launch/launches';
import { errorAnswer, estimateAnswer, launchAnswer } from './answers';
import { estimateQuery, journeyParams, switchBody } from './queries';
import { byOf } from './switch-routes';
import type { ZodApp } from './zod-http';

export interface LaunchRoutesDeps {
  readonly db: Database;
  readonly project: EstimateDeps;
  /** Default: an estimate says nothing of the gate. */
  readonly rehearse?: Rehearse;
}

/** Bulk entry: what it would do, its beginning, its approval and its end. */
export function launchRoutes(app: ZodApp, { db, project, rehearse }: LaunchRoutesDeps): void {
  const response = { 200: launchAnswer, 404: errorAnswer, 409: errorAnswer };
  const schema = { params: journeyParams, response };

  app.get(
    '/journeys/:journey/estimate',
    {
      schema: {
        params: journeyParams,
        querystring: estimateQuery,
        response: { ...response, 200: estimateAnswer },
      },
    },
    async ({ params: { journey }, query: { message } }) =>
      told(() => estimateLaunch(db, project, { journey, message, rehearse })),
  );
  app.get('/journeys/:journey/launch', { schema }, async ({ params }) => current(db, params.journey));
  app.post(
    '/journeys/:journey/launch',
    { schema: { ...schema, body: switchBody } },
    async ({ params, body }) => launch(db, project, params.journey, byOf(body)),
  );
  app.post(
    '/journeys/:journey/launch/approve',
    { schema: { ...schema, body: switchBody } },
    async ({ params, body }) => approve(db, params.journey, byOf(body)),
  );
  app.post(
    '/journeys/:journey/launch/cancel',
    { schema: { ...schema, body: switchBody } },
    async ({ params }) => cancel(db, params.journey),
  );
}
