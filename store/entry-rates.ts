import type { Queryable } from './database';

/** Counts the full hours of the last seven days that have not been counted, of each journey; and forgets older ones. */
export async function countEntryHours(db: Queryable, journeys: readonly string[]): Promise<void> {
  await db.query({
    name: 'entry-hours-count',
    text: `with clock as materialized (select date_trunc('hour', clock_now(), 'UTC') as hour),
           old as (delete from journey_hours using clock where journey_hours.hour < clock.hour - interval '8 days')
           insert into journey_hours (journey, hour, entries)
           select given.journey, h.hour, (
             select count(*) from enrollments e
             where e.journey = given.journey and e.entered_at >= h.hour and e.entered_at < h.hour + interval '1 hour')
           from clock, unnest($1::text[]) as given(journey)
           cross join lateral (
             select greatest(max(j.hour) + interval '1 hour', clock.hour - interval '7 days') as since
             from journey_hours j where j.journey = given.journey
           ) counted
           cross join lateral generate_series(counted.since, clock.hour - interval '1 hour', interval '1 hour') as h(hour)
           on conflict do nothing`,
    values: [journeys],
  });
}

export interface EntryRate {
  readonly journey: string;
  /** The most entries in a full hour of the last seven days. */
  readonly usual: number;
  /** Since the full hour; counted no further than it takes to know that it is too many. */
  readonly thisHour: number;
}

export interface RateLimits {
  readonly times: number;
  readonly atLeast: number;
}

/**
 * How fast journeys are entered, of those that have been for more than a day, are not held, and were not let go on by
 * an operator, after a flood, within the last day.
 */
export async function findEntryRates(
  db: Queryable,
  journeys: readonly string[],
  { times, atLeast }: RateLimits,
): Promise<EntryRate[]> {
  const { rows } = await db.query<EntryRate>({
    name: 'entry-rates',
    text: `with clock as materialized (
             select clock_now() as now, date_trunc('hour', clock_now(), 'UTC') as hour
           )
           select given.journey, usual.entries as usual, this_hour.entries as "thisHour"
           from clock, unnest($1::text[]) as given(journey)
           cross join lateral (
             select coalesce(max(j.entries), 0) as entries from journey_hours j
             where j.journey = given.journey and j.hour >= clock.hour - interval '7 days'
           ) usual
           cross join lateral (
             select count(*) as entries from (
               select from enrollments e where e.journey = given.journey and e.entered_at >= clock.hour
               limit greatest(usual.entries * $2::int, $3::int) + 1) some_of_them
           ) this_hour
           where exists (select from enrollments e
                         where e.journey = given.journey and e.entered_at < clock.now - interval '1 day')
             and not exists (select from holds h where h.journey = given.journey and (h.lifted_at is null
                   or (h.cause = 'blast_guard' and h.lifted_at > clock.now - interval '1 day')))`,
    values: [journeys, times, atLeast],
  });
  return rows;
}
