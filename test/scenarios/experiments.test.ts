import { bucketOf } from '../../rules/experiments/bucket';
import { GLOBAL_HOLDOUT } from '../../rules/experiments/holdout';
import { phone } from './support/acts';
import { gateWorld, type GateWorld } from './support/gate';

/** One running stack in which half of all customers are held out of marketing and moments. */
let world: GateWorld;
const customers = Array.from({ length: 12 }, (_, n) => `c${n}`);
const heldOut: string[] = [];
const others: string[] = [];

beforeAll(async () => {
  world = await gateWorld('2027-02-01T14:50:00Z', 'experiments', { holdout: { percent: 50 } });
  for (const [n, userId] of customers.entries()) await world.subscribe(userId, phone(400 + n));
  for (const userId of customers) {
    const bucket = bucketOf(GLOBAL_HOLDOUT, await world.idOf(userId));
    (bucket < 5_000 ? heldOut : others).push(userId);
  }
}, 120_000);
afterAll(() => world.end());

interface Arm {
  readonly experiment: string;
  readonly arm: string;
  readonly contaminated: boolean;
}

async function customer(userId: string) {
  const { body } = await world.call<{ experiments?: Arm[]; offers: unknown[] }>(
    'GET',
    `/api/customers/user_id:${userId}`,
  );
  return { experiments: [], ...body };
}

const armOf = async (userId: string, experiment: string) =>
  (await customer(userId)).experiments.find((one) => one.experiment === experiment)?.arm;

describe('the global holdout', () => {
  it('gets no reward, neither by text nor in the app; the others do', async () => {
    expect([heldOut.length, others.length]).not.toContain(0);
    await world.exactly('2027-02-01T15:00:00Z', async () => {
      for (const userId of customers) {
        await world.happens(userId, 'Visit Checked In', { visitId: 'V1', providerId: 'P7' });
      }
    });
    for (const userId of heldOut) {
      expect(await world.asks(userId)).toEqual(['suppressed(holdout) @ 2027-02-01T15:00:00Z']);
      expect((await customer(userId)).offers).toEqual([]);
      expect(await armOf(userId, '*')).toBe('control');
    }
    for (const userId of others) {
      expect(await world.asks(userId)).toEqual(['send @ 2027-02-01T15:00:00Z']);
      expect((await customer(userId)).offers).toHaveLength(1);
      expect(await armOf(userId, '*')).toBe('treatment');
    }
  }, 120_000);

  it('gets what is transactional, in the middle of the night, whatever else holds', async () => {
    const [userId = ''] = heldOut;
    await world.post('/v1/identify', {
      userId,
      context: {
        messaging_subscriptions: [
          { key: phone(400 + customers.indexOf(userId)), type: 'SMS', status: 'UNSUBSCRIBED' },
        ],
      },
    });
    await world.exactly('2027-02-02T07:00:00Z', () =>
      world.happens(userId, 'Appointment Booked', { appointmentId: 'A1', startsAt: '2027-06-01T15:00:00Z' }),
    );
    expect((await world.asks(userId)).at(-1)).toBe('send @ 2027-02-02T07:00:00Z');
    expect((await world.sent(`user_id:${userId}`)).at(-1)).toBe(
      'appointment-confirmation @ 2027-02-02T07:00:00Z',
    );
  });
});

describe('a control group', () => {
  const view = async (userId: string, feature: string) =>
    world.happens(userId, 'Feature Viewed', { feature });

  it('walks the same way, holds the lock, and is sent nothing; whoever is held out of all is in no arm', async () => {
    await world.exactly('2027-02-03T15:00:00Z', async () => {
      for (const userId of customers) await view(userId, 'first');
    });
    const arms = new Map<string, string[]>();
    for (const userId of others) {
      const arm = String(await armOf(userId, 'tested'));
      arms.set(arm, [...(arms.get(arm) ?? []), userId]);
      expect(await armOf(userId, 'tested/subject')).toMatch(/^(plain|playful)$/);
    }
    for (const userId of arms.get('control') ?? []) {
      expect((await world.asks(userId, 'tested')).at(-1)).toBe('suppressed(holdout) @ 2027-02-03T15:00:00Z');
    }
    for (const userId of arms.get('treatment') ?? []) {
      expect((await world.asks(userId, 'tested')).at(-1)).toBe('send @ 2027-02-03T15:00:00Z');
    }
    for (const userId of heldOut.slice(1)) {
      expect((await world.asks(userId, 'tested')).at(-1)).toBe('suppressed(holdout) @ 2027-02-03T15:00:00Z');
      expect((await customer(userId)).experiments.map(({ experiment }) => experiment)).toEqual(['*']);
    }
    // Half an hour later the lock keeps another journey off everybody who is not unsubscribed.
    await world.exactly('2027-02-03T15:30:00Z', async () => {
      for (const userId of customers) await world.happens(userId, 'Order Completed');
    });
    for (const userId of [...others, ...heldOut.slice(1)]) {
      expect(await world.asks(userId, 'alpha')).toEqual([
        'deferred(locked) @ 2027-02-03T15:30:00Z > 2027-02-03T16:00:00Z',
      ]);
    }
  }, 120_000);

  it('stays what it is when it enters again, and its goals are counted', async () => {
    const before = await Promise.all(others.map((userId) => armOf(userId, 'tested')));
    await world.exactly('2027-02-03T20:00:00Z', async () => {
      for (const userId of others) await world.happens(userId, 'Feature Adopted', { feature: 'first' });
    });
    await world.exactly('2027-02-20T15:00:00Z', async () => {
      for (const userId of others) await view(userId, 'second');
    });
    expect(await Promise.all(others.map((userId) => armOf(userId, 'tested')))).toEqual(before);
    for (const userId of others) {
      expect(await world.outcomes(`user_id:${userId}`, 'tested')).toEqual(['goal @ 2027-02-03T20:00:00Z']);
    }
  }, 120_000);
});
