import type { CustomerOptions, TestCustomer } from './customer';
import type { Act } from './histories';
import { type JourneyTest, testJourneys } from './journey-test';
import { matchers } from './matchers';
import type { TestOptions } from './options';

/** What happens, and what comes of it: one row of a table. */
export interface Scenario {
  /** Of the test. */
  readonly name: string;
  /** Who it happens to. Default: as `customer` of a test makes somebody. */
  readonly customer?: CustomerOptions;
  /** Where the clock begins, ISO 8601. Default: that of the table, else of {@link testJourneys}. */
  readonly at?: string;
  /** In order of time. */
  readonly when: readonly Happening[];
  /** Where the clock is moved to in the end, ISO 8601. Default: no further than the last event. */
  readonly until?: string;
  /** Exactly what is sent, in order: `message` or `message @ instant`. Default: not asked. */
  readonly sends?: readonly string[];
  /** How a run ends: its status or reason, `@ instant` if that matters. Default: not asked. */
  readonly ends?: string;
  /** Anything else. */
  readonly check?: (customer: TestCustomer, test: JourneyTest) => void;
}

/** An act at an instant: an event with its properties, a text from their phone, or new traits. */
export type Happening = Act & {
  /** ISO 8601. */
  readonly at: string;
};

/**
 * One test for each row.
 *
 * @example
 * scenarios({ catalog, journeys: [flashReward] }, [
 *   {
 *     name: 'reminds who does not redeem',
 *     when: [{ at: '2027-02-02T19:00:00Z', event: 'Visit Checked In', properties: { visitId: 'V1', providerId: 'P7' } }],
 *     until: '2027-02-02T21:00:00Z',
 *     sends: ['flash-reward @ 2027-02-02T19:00:00Z', 'flash-reward-reminder @ 2027-02-02T20:30:00Z'],
 *     ends: 'completed @ 2027-02-02T20:30:00Z',
 *   },
 * ]);
 */
export function scenarios(options: TestOptions, rows: readonly Scenario[]): void {
  const { test } = globalThis as { test?: (name: string, body: () => Promise<void>) => void };
  if (!test) throw new Error('scenarios() makes tests: call it in a file that a test runner runs.');
  for (const row of rows) test(row.name, () => play(options, row));
}

async function play(options: TestOptions, scenario: Scenario): Promise<void> {
  const { customer: who, at, when, until, sends, ends, check } = scenario;
  const begin = at ?? options.at ?? when[0]?.at;
  const t = testJourneys({ ...options, ...(begin && { at: begin }) });
  const customer = await t.customer('customer', who);
  for (const happening of when) {
    await t.arriveAt(happening.at);
    if ('texts' in happening) customer.texts(happening.texts);
    else if ('traits' in happening) await customer.is(happening.traits);
    else await customer.does(happening.event, happening.properties as never);
  }
  if (until) await t.moveTo(until);
  if (sends) demand(matchers.toHaveSentExactly(customer, sends));
  if (ends) {
    const [how = '', instant] = ends.split(' @ ');
    demand(matchers.toHaveEnded(customer, how, instant === undefined ? {} : { at: instant }));
  }
  check?.(customer, t);
}

function demand({ pass, message }: { readonly pass: boolean; readonly message: () => string }): void {
  if (!pass) throw new Error(message());
}
