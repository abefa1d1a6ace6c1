import * as catalog from '../../catalog';
import { type TestCustomer, type TimelineItem, testJourneys } from 'jornada/testing';
import { journeys } from '../../workflows/journeys';
import { type TestWorld, testWorld } from '../scenarios/support/world';
import { playHere, playThere, type Story, told } from './support/both-worlds';

const visit = (visitId: string | number) => ({ visitId, providerId: 'P7' });
const feature = { feature: 'find-provider' };
const stories: readonly Story[] = [
  {
    name: 'reminded',
    acts: [{ at: '2027-02-02T19:03:07Z', event: 'Visit Checked In', properties: visit('V1') }],
  },
  {
    name: 'redeems',
    acts: [
      { at: '2027-02-02T19:03:07Z', event: 'Visit Checked In', properties: visit('V1') },
      { at: '2027-02-02T19:20:00Z', event: 'Offer Redeemed', properties: { offerId: 'any' } },
    ],
  },
  {
    name: 'treated, comes back too soon, and then not',
    acts: [
      { at: '2027-02-02T19:03:07Z', event: 'Visit Checked In', properties: visit(7) },
      { at: '2027-02-02T19:10:00Z', event: 'Visit Checked In', properties: visit('7') },
      { at: '2027-02-02T19:50:00Z', event: 'Treatment Recorded', properties: { visitId: '7' } },
      { at: '2027-02-02T20:19:59Z', event: 'Visit Checked In', properties: visit('7') },
      { at: '2027-02-02T20:20:00Z', event: 'Visit Checked In', properties: visit('7') },
    ],
  },
  {
    name: 'redeems in the instant of the reminder',
    acts: [
      { at: '2027-02-02T19:03:07Z', event: 'Visit Checked In', properties: visit('V1') },
      { at: '2027-02-02T20:33:07Z', event: 'Offer Redeemed', properties: { offerId: 'any' } },
    ],
  },
  {
    name: 'checks in at night',
    acts: [{ at: '2027-02-03T02:30:00Z', event: 'Visit Checked In', properties: visit('V1') }],
  },
  {
    name: 'was never asked',
    subscribed: false,
    acts: [{ at: '2027-02-02T19:03:07Z', event: 'Visit Checked In', properties: visit('V1') }],
  },
  {
    name: 'says STOP between, and START',
    acts: [
      { at: '2027-02-05T15:00:00Z', event: 'Feature Viewed', properties: feature },
      { at: '2027-02-06T10:00:00Z', texts: 'STOP' },
      { at: '2027-02-07T15:00:00Z', texts: 'yes' },
      { at: '2027-02-08T15:00:00Z', texts: 'START' },
      { at: '2027-02-08T16:00:00Z', event: 'Feature Viewed', properties: feature },
    ],
  },
  {
    name: 'uses it in the last instant',
    acts: [
      { at: '2027-02-05T15:00:00Z', event: 'Feature Viewed', properties: feature },
      { at: '2027-02-06T15:00:00Z', event: 'Feature Adopted', properties: feature },
    ],
  },
  {
    name: 'looks at two features and is shown one a day',
    acts: [
      { at: '2027-02-05T15:00:00Z', event: 'Feature Viewed', properties: feature },
      { at: '2027-02-05T16:00:00Z', event: 'Feature Viewed', properties: { feature: 'reminders' } },
      { at: '2027-02-06T16:30:00Z', event: 'Feature Viewed', properties: { feature: 'rewards' } },
    ],
  },
  {
    name: 'registers, learns, moves, goes quiet, comes back',
    traits: { timezone: 'America/Los_Angeles', firstName: 'Ana' },
    acts: [
      { at: '2027-02-03T03:40:00Z', event: 'Account Registered' },
      { at: '2027-02-10T20:00:00Z', event: 'Feature Adopted', properties: feature },
      { at: '2027-02-15T18:00:00Z', traits: { timezone: 'America/New_York' } },
      { at: '2027-05-10T17:30:00Z', event: 'App Opened' },
    ],
  },
  {
    name: 'comes back in the night that holds the first word back',
    acts: [
      { at: '2027-02-03T15:00:00Z', event: 'Account Registered' },
      { at: '2027-02-04T15:00:00Z', event: 'App Opened' },
      { at: '2027-05-04T06:30:00Z', event: 'App Opened' },
    ],
  },
  {
    name: 'a confirmation at night, in another language, and one canceled',
    traits: { locale: 'pt', timezone: 'America/Sao_Paulo' },
    acts: [
      {
        at: '2027-02-25T05:00:00Z',
        event: 'Appointment Booked',
        properties: { appointmentId: 'A1', startsAt: '2027-03-02T15:00:00.000Z' },
      },
      {
        at: '2027-02-25T05:00:01Z',
        event: 'Appointment Booked',
        properties: { appointmentId: 'A2', startsAt: '2027-03-04T15:00:00.000Z' },
      },
      { at: '2027-02-26T16:00:00Z', event: 'Appointment Canceled', properties: { appointmentId: 'A1' } },
    ],
  },
  {
    name: 'arrives late',
    acts: [
      {
        at: '2027-02-02T19:15:01Z',
        event: 'Visit Checked In',
        properties: visit('V1'),
        timestamp: '2027-02-02T19:00:00Z',
      },
      {
        at: '2027-02-02T19:15:02Z',
        event: 'Visit Checked In',
        properties: visit('V2'),
        timestamp: '2027-02-02T19:00:02Z',
      },
    ],
  },
];

const about = { stories, begin: '2027-02-02T16:00:00Z', end: '2027-06-10T00:00:00Z' };

let world: TestWorld;
let here: Map<string, TestCustomer>;

beforeAll(async () => {
  world = await testWorld({ clock: '2027-02-02T15:00:00Z' });
  await playThere(world, about);
  here = await playHere(testJourneys({ catalog, journeys, at: about.begin }), about);
}, 240_000);
afterAll(() => world.end());

it.each(stories)('$name: the same timeline as on the server', async ({ name }) => {
  const there = (await world.history(`user_id:${name}`)) as unknown as TimelineItem[];
  expect(told(here.get(name)?.timeline() ?? [], { runs: 'one' })).toEqual(told(there, { runs: 'one' }));
});
