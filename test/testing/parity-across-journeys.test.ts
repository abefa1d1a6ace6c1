import { type TestCustomer, type TimelineItem, testJourneys } from 'jornada/testing';
import * as catalog from '../../catalog';
import { shippedProject } from '../../project/project';
import { loadCodes } from '../../store/codes';
import { bundleWorkflows } from '../../worker/bundle-workflows';
import { type TestWorld, testWorld } from '../scenarios/support/world';
import { after, before, release } from './fixtures/parity-journeys';
import { type Deed, offersThere, playHere, playThere, type Story, told } from './support/both-worlds';

const feature = { feature: 'search' };
const visit = (visitId: string) => ({ visitId, providerId: 'P7' });
const booked = (appointmentId: string) => ({ appointmentId, startsAt: '2027-06-01T15:00:00Z' });
const inTreatment = { tested: 'treatment', 'tested/subject': 'plain' };

const reading: Story = {
  name: 'known by traits of which some are wrong, undeclared or personal',
  traits: { plan: 'plus', points: 'many', insured: true, shoeSize: 44, lastName: 'Lee', region: 'Texas' },
  acts: [
    { at: '2027-02-03T15:00:00Z', event: 'App Opened' },
    { at: '2027-02-03T18:00:00Z', traits: { plan: 'gold', points: 7, insured: null } },
    { at: '2027-02-05T15:00:00Z', event: 'App Opened' },
  ],
};

/** Of two that ask in one instant for the last place under a cap nobody says which has it: none of these do. */
const stories: readonly Story[] = [
  {
    name: 'asked for by three journeys with locks',
    acts: [{ at: '2027-02-03T15:00:00Z', event: 'Provider Searched' }],
  },
  {
    name: 'three with locks wake in one instant, and a fourth tries something out',
    arms: inTreatment,
    acts: [{ at: '2027-02-03T15:00:00Z', event: 'Feature Viewed', properties: feature }],
  },
  {
    name: 'in the control group of a journey, which locks others out all the same',
    arms: { tested: 'control', 'tested/subject': 'playful' },
    acts: [
      { at: '2027-02-03T15:00:00Z', event: 'Feature Viewed', properties: feature },
      { at: '2027-02-03T15:30:00Z', event: 'Feature Adopted', properties: feature },
    ],
  },
  {
    name: 'held out of everything but care',
    arms: { '*': 'control', 'tested/subject': 'plain' },
    acts: [
      { at: '2027-02-03T15:00:00Z', event: 'Feature Viewed', properties: feature },
      { at: '2027-02-03T15:30:00Z', event: 'Visit Checked In', properties: visit('V1') },
      { at: '2027-02-05T15:00:00Z', event: 'Appointment Booked', properties: booked('A1') },
    ],
  },
  {
    name: 'over the cap, which skips, defers and ends runs',
    acts: [
      { at: '2027-02-03T15:00:00Z', event: 'Feature Adopted', properties: feature },
      { at: '2027-02-03T15:30:00Z', event: 'Feature Adopted', properties: { feature: 'rewards' } },
      { at: '2027-02-03T18:00:00Z', event: 'Provider Searched', properties: { searchId: 'S1' } },
    ],
  },
  {
    name: 'shy: over at the cap, given up at night',
    acts: [
      { at: '2027-02-03T15:00:00Z', event: 'Feature Adopted', properties: feature },
      { at: '2027-02-03T15:30:00Z', event: 'Order Completed' },
      { at: '2027-02-05T03:00:00Z', event: 'Order Completed' },
      { at: '2027-02-05T15:00:00Z', event: 'Treatment Recorded', properties: { visitId: 'V1' } },
    ],
  },
  {
    name: 'more moments than Florida allows',
    traits: { region: 'Florida' },
    acts: [
      { at: '2027-02-03T15:00:00Z', event: 'Treatment Recorded', properties: { visitId: 'V1' } },
      { at: '2027-02-03T15:30:00Z', event: 'Treatment Recorded', properties: { visitId: 'V2' } },
      { at: '2027-02-03T18:00:00Z', event: 'Treatment Recorded', properties: { visitId: 'V3' } },
      { at: '2027-02-03T20:00:00Z', event: 'Treatment Recorded', properties: { visitId: 'V4' } },
      { at: '2027-02-05T15:00:00Z', event: 'Treatment Recorded', properties: { visitId: 'V5' } },
    ],
  },
  {
    name: 'redeems what was granted',
    acts: [
      { at: '2027-02-03T15:00:00Z', event: 'Visit Checked In', properties: visit('V1') },
      { at: '2027-02-03T15:30:00Z', redeems: 'flash-reward' },
      { at: '2027-02-03T18:00:00Z', event: 'Visit Checked In', properties: visit('V2') },
    ],
  },
  reading,
  {
    name: 'sent to by a slow sender',
    acts: [{ at: '2027-02-08T15:00:00Z', event: 'Account Registered' }],
  },
  {
    name: 'paused with a reminder due, and stopped the second time',
    acts: [
      { at: '2027-02-10T15:00:00Z', event: 'Visit Checked In', properties: visit('V1') },
      { at: '2027-02-10T15:10:00Z', event: 'Visit Checked In', properties: visit('V2') },
      { at: '2027-02-12T15:00:00Z', event: 'Visit Checked In', properties: visit('V3') },
    ],
  },
  {
    name: 'sleeps where the release takes over, and enters again behind it',
    acts: [
      { at: '2027-02-14T15:00:00Z', event: 'Appointment Booked', properties: booked('A1') },
      { at: '2027-02-14T17:30:00Z', event: 'Appointment Booked', properties: booked('A2') },
      { at: '2027-02-14T19:00:00Z', event: 'Appointment Booked', properties: booked('A3') },
    ],
  },
];

const operator = (path: string) => async (at: TestWorld) => {
  const { status, body } = await at.call('POST', path);
  if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
};

const deeds: readonly Deed[] = [
  {
    at: '2027-02-10T15:10:00Z',
    there: operator('/api/journeys/flash-reward/pause'),
    here: (t) => t.pause('flash-reward'),
  },
  {
    at: '2027-02-10T16:40:00Z',
    there: operator('/api/journeys/flash-reward/resume'),
    here: (t) => t.resume('flash-reward'),
  },
  {
    at: '2027-02-12T15:10:00Z',
    there: operator('/api/journeys/flash-reward/stop'),
    here: (t) => t.stop('flash-reward'),
  },
  {
    at: '2027-02-12T15:10:00Z',
    there: (at) => loadCodes(at.db, 'provider-offer', codes['provider-offer']),
    here: () => {},
  },
  {
    at: '2027-02-13T15:00:00Z',
    there: operator('/api/journeys/provider-offer/launch'),
    here: (t) => t.launch('provider-offer'),
  },
  {
    at: '2027-02-14T18:00:00Z',
    there: async (at) => at.stack.reload({ ...(await project()), journeys: after }),
    here: (t) => t.release(...release),
  },
];

const about = { stories, deeds, begin: '2027-02-02T16:00:00Z', end: '2027-03-20T00:00:00Z' };

const codes = { 'provider-offer': ['K7QM'] };
const workspace = {
  ...catalog.workspace,
  senders: { default: {}, second: { from: '+12025550177' }, slow: { segmentsPerSecond: 0.05 } },
};

let bundle: Promise<string> | undefined;
async function project() {
  bundle ??= bundleWorkflows(require.resolve('./fixtures/parity'));
  return { ...shippedProject(), workspace, workflowBundle: { code: await bundle }, journeys: before };
}

let world: TestWorld;
let here: Map<string, TestCustomer>;

beforeAll(async () => {
  world = await testWorld({ clock: '2027-02-02T15:00:00Z', project: await project() });
  await playThere(world, about);
  here = await playHere(
    testJourneys({ catalog: { ...catalog, workspace }, journeys: before, at: about.begin, codes }),
    about,
  );
}, 300_000);
afterAll(() => world?.end());

it('all of it happened', () => {
  const told = JSON.stringify([...here.values()].map((customer) => customer.timeline()));
  const seen = here
    .get(reading.name)
    ?.timeline('outcome')
    .map(({ value }) => value);
  expect(seen).toEqual([
    expect.objectContaining({ traits: { insured: true, plan: 'plus', region: 'Texas' } }),
    expect.objectContaining({ traits: { points: 7, region: 'Texas' } }),
  ]);
  const reasons = [
    'locked',
    'holdout',
    'capped',
    'quiet_hours',
    'legal_limit',
    'paused',
    'stopped',
    'goal',
    'no_code',
    'paced',
  ];
  for (const reason of reasons) expect(told).toContain(`"reason":"${reason}"`);
  for (const what of ['Audience Entered', 'version 1', 'version 2', 'deferred']) expect(told).toContain(what);
});

it.each(stories)('$name: the same timeline as on the server', async ({ name }) => {
  const there = (await world.history(`user_id:${name}`)) as unknown as TimelineItem[];
  expect(told(here.get(name)?.timeline() ?? [], { runs: 'many' })).toEqual(told(there, { runs: 'many' }));
});

it.each(stories)('$name: the same offers as on the server', async ({ name }) => {
  const nameless = (offers: TestCustomer['offers'] = []) =>
    offers.map(({ offerId: _made, ...offer }) => offer);
  const offers = (await offersThere(world, name)).map(({ expiresAt, ...offer }) => ({
    ...offer,
    expiresAt: new Date(expiresAt).toISOString(),
  }));
  expect(nameless(here.get(name)?.offers)).toEqual(nameless(offers));
});
