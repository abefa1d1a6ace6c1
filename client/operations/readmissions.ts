import { type LaunchDeps, readmit, type Readmission, type Readmitted } from '../../ingest';
import { clockNow } from '../../store/clock';
import type { Database } from '../../store/database';
import { HttpError } from '../http/http-error';
import { told } from '../launch/launches';

export interface ReadmitRequest extends Pick<Readmission, 'journey' | 'because' | 'actor' | 'most'> {
  /** Only those refused since. Default: in the last seven days. */
  readonly since?: Date | undefined;
  /** Only those refused before. Default: until now. */
  readonly before?: Date | undefined;
}

export interface ReadmitAnswer extends Readmitted {
  readonly journey: string;
  /** ISO 8601: what was refused from then on was left alone. Where there is more, go on with it. */
  readonly before: string;
}

/**
 * Judges entries again that were refused for a reason that is over. Throws 404 `journey_not_found` for a journey that the
 * code does not know, 409 `journey_paused` for one that takes no entries.
 */
export async function readmitRefused(
  db: Database,
  deps: LaunchDeps,
  { since, before, ...request }: ReadmitRequest,
): Promise<ReadmitAnswer> {
  const { journey } = request;
  if (!deps.journeys.some(({ id }) => id === journey)) {
    throw new HttpError(404, 'journey_not_found', `There is no journey ${journey}.`);
  }
  const now = await clockNow(db);
  const window = { since: since ?? new Date(now.getTime() - WEEK_MS), before: before ?? now };
  const done = await told(() => readmit(db, deps, { ...request, ...window }));
  return { journey, ...done, before: window.before.toISOString() };
}

const WEEK_MS = 7 * 86_400_000;
