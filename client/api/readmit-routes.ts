import type { LaunchDeps } from '../../ingest';
import type { Database } from '../../store/database';
import { readmitRefused } from '../operations/readmissions';
import { errorAnswer, readmitAnswer } from './answers';
import { journeyParams, readmitBody } from './queries';
import type { ZodApp } from './zod-http';

/** Judged in one call: some seconds of work. */
const MOST = 5_000;

/** Entries that were refused for a reason that is over. */
export function readmitRoutes(
  app: ZodApp,
  { db, project }: { readonly db: Database; readonly project: LaunchDeps },
): void {
  app.post(
    '/journeys/:journey/readmit',
    {
      schema: {
        params: journeyParams,
        body: readmitBody,
        response: { 200: readmitAnswer, 404: errorAnswer, 409: errorAnswer },
      },
    },
    async ({ params: { journey }, body }) => {
      const { by: actor = 'operator', because = 'guard', ...window } = body ?? {};
      return readmitRefused(db, project, { journey, because, actor, ...window, most: MOST });
    },
  );
}
