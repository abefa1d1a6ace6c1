import type { FrequencyCap } from '../../catalog/sending';
import type { SendAnswer } from '../../workflows/runtime/contract';
import {
  asking,
  createCustomer,
  createWorld,
  type Customer,
  enroll,
  type JourneyName,
  type World,
} from './world';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterEach(() => world.clearFaults());
afterAll(() => world.stop());

const oneADay: FrequencyCap = { purpose: 'marketing', channel: 'sms', most: 1, per: 'day' };

/** A customer whose cap is one marketing message a day, and what their journeys ask for. */
async function capped(
  traits: object = {},
): Promise<{ customer: Customer; asks: (journey: JourneyName) => Promise<string> }> {
  const customer = await createCustomer(world.pool, { traits });
  const activities = world.withDeps({ workspace: { ...world.deps.workspace, caps: [oneADay] } });
  let keys = 0;
  const told = (answer: SendAnswer) =>
    'reason' in answer ? `${answer.status} ${answer.reason}` : answer.status;
  return {
    customer,
    asks: async (journey) => {
      const enrollmentId = await enroll(world.pool, customer, journey, String(keys++));
      return told(await activities.send(asking(enrollmentId)));
    },
  };
}

it('what was sent counts toward the cap', async () => {
  const { asks } = await capped();
  expect([await asks('campaign'), await asks('campaign')]).toEqual(['sent', 'suppressed capped']);
});

it('what has failed does not', async () => {
  const { customer, asks } = await capped();
  await world.fault({ fault: 'refuse', code: 21606, to: customer.phone });
  expect(await asks('campaign')).toBe('failed');
  await world.clearFaults();
  expect([await asks('campaign'), await asks('campaign')]).toEqual(['sent', 'suppressed capped']);
});

it('what may have been accepted does', async () => {
  const { customer, asks } = await capped();
  await world.fault({ fault: 'accept_then_reset', to: customer.phone });
  expect([await asks('campaign'), await asks('campaign')]).toEqual(['unknown', 'suppressed capped']);
});

it('moments and what is transactional do not, and pass a cap that is full', async () => {
  const { asks } = await capped();
  expect([await asks('care'), await asks('reward'), await asks('campaign')]).toEqual([
    'sent',
    'sent',
    'sent',
  ]);
  expect([await asks('care'), await asks('reward'), await asks('campaign')]).toEqual([
    'sent',
    'sent',
    'suppressed capped',
  ]);
});

it('the law counts moments and marketing together, and nothing that is transactional', async () => {
  const { asks } = await capped({ region: 'Florida' });
  for (let n = 0; n < 3; n++) expect(await asks('care')).toBe('sent');
  expect([await asks('reward'), await asks('campaign'), await asks('reward')]).toEqual([
    'sent',
    'sent',
    'sent',
  ]);
  expect([await asks('reward'), await asks('care')]).toEqual(['suppressed legal_limit', 'sent']);
});
