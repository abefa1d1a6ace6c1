import { randomInt } from 'node:crypto';
import type { ActivityDeps } from '../../activities';
import type { OutgoingMessage } from '../../activities/provider/provider';
import { createPacer } from '../../activities/send/pacer';
import { openDatabase } from '../../store/database';
import { asking, createCustomer, createWorld, decisions, enroll, NOON, type World } from './world';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());
beforeEach(async () => {
  await world.setClock(NOON);
  await world.pool.query('delete from pace_queues');
});

const noon = Date.parse(NOON);

/** Activities of a workspace with these senders, and what they handed over. */
function paced(changes: Partial<ActivityDeps['workspace']>, journeys = world.deps.journeys) {
  const handedOver: OutgoingMessage[] = [];
  const provider: ActivityDeps['provider'] = {
    ...world.provider,
    create: async (message) => {
      handedOver.push(message);
      return { kind: 'accepted', providerSid: `SM${randomInt(2 ** 40)}` };
    },
  };
  const workspace = { ...world.deps.workspace, ...changes };
  return { handedOver, ...world.withDeps({ provider, workspace, journeys }) };
}

async function askings(n: number, journey = 'campaign') {
  return Promise.all(
    Array.from({ length: n }, async () =>
      asking(await enroll(world.pool, await createCustomer(world.pool), journey)),
    ),
  );
}

describe('the turns of a sender', () => {
  it('never come faster than it sends, whichever of many workers asks', async () => {
    const pools = [1, 2, 3].map(() => openDatabase(String(world.pool.options.connectionString), { max: 2 }));
    const pacers = pools.map((pool) => createPacer(pool));
    const limits = [
      { queue: 'default', segmentsPerSecond: 50 },
      { queue: '*', segmentsPerSecond: 80 },
    ];
    const requests = Array.from({ length: 300 }, () => ({
      limits,
      segments: randomInt(1, 5),
      urgent: false,
    }));
    const turns = await Promise.all(
      requests.map(async (request, at) => {
        const turn = await pacers[at % 3]?.takeTurn(request);
        return { segments: request.segments, at: turn?.slot.getTime() ?? 0 };
      }),
    );
    await Promise.all(pools.map((pool) => pool.end()));
    const inOrder = turns.toSorted((a, b) => a.at - b.at);
    for (const [n, { at }] of inOrder.entries()) {
      const before = inOrder[n - 1];
      // To the millisecond, in which instants are told.
      if (before) expect(at - before.at).toBeGreaterThanOrEqual(before.segments * 20 - 1);
    }
    const total = requests.reduce((sum, { segments }) => sum + segments, 0);
    expect((inOrder.at(-1)?.at ?? 0) - noon).toBeLessThanOrEqual(total * 20);
  });

  it('come to moments and what is transactional before all marketing', async () => {
    const pacer = createPacer(world.pool);
    const limits = [{ queue: 'default', segmentsPerSecond: 1 }];
    await pacer.takeTurn({ limits, segments: 3_600, urgent: false });
    const urgent = await pacer.takeTurn({ limits, segments: 2, urgent: true });
    expect(urgent.slot.getTime()).toBe(noon);
    const next = await pacer.takeTurn({ limits, segments: 1, urgent: false });
    expect(next.slot.getTime()).toBe(noon + 3_602_000);
  });
});

describe('a send beyond the pace', () => {
  it('waits for its turn, and keeps it', async () => {
    const { send, handedOver } = paced({ senders: { default: { segmentsPerSecond: 1 } } });
    const [first, second, third, fourth] = await askings(4);
    if (!first || !second || !third || !fourth) throw new Error('four');
    expect((await send(first)).status).toBe('sent');
    expect((await send(second)).status).toBe('sent');
    const until = noon + 2_000;
    expect(await send(third)).toEqual({ status: 'deferred', reason: 'paced', until });
    expect(await send(fourth)).toMatchObject({ until: noon + 3_000 });
    await world.setClock(new Date(until).toISOString());
    expect((await send(third)).status).toBe('sent');
    expect(handedOver).toHaveLength(3);
    const [held, sent] = await decisions(world.pool, third.enrollmentId);
    expect(held?.checks.at(-1)).toMatchObject({ check: 'pace', saw: { segmentsPerSecond: 1 } });
    expect(sent?.verdict).toBe('send');
  });

  it('keeps it when it asks before its time, as a step does that is executed twice', async () => {
    const { send } = paced({ senders: { default: { segmentsPerSecond: 1 } } });
    const asked = await askings(4);
    for (const request of asked) await send(request);
    const [, , third, fourth] = asked;
    if (!third || !fourth) throw new Error('four');
    expect(await send(third)).toMatchObject({ status: 'deferred', until: noon + 2_000 });
    expect(await send(fourth)).toMatchObject({ status: 'deferred', until: noon + 3_000 });
    const [fifth] = await askings(1);
    expect(fifth && (await send(fifth))).toMatchObject({ status: 'deferred', until: noon + 4_000 });
  });

  it('takes another turn where it comes much too late', async () => {
    const { send } = paced({ pace: { segmentsPerSecond: 1 } });
    const asked = await askings(3);
    for (const request of asked) await send(request);
    await world.setClock(new Date(noon + 600_000).toISOString());
    const [late] = await askings(1);
    if (!late || !asked[2]) throw new Error('two');
    expect((await send(late)).status).toBe('sent');
    expect((await send(asked[2])).status).toBe('sent');
    const { rows } = await world.pool.query<{ at: Date }>(
      `select free_at as at from pace_queues where queue = '*'`,
    );
    expect(rows[0]?.at.getTime()).toBe(noon + 602_000);
  });
});

it('rules that cannot be meant are refused at start, all at once', () => {
  const [campaign, ...others] = world.deps.journeys;
  if (!campaign) throw new Error('one');
  const changed = (changes: object) => [
    { ...campaign, policy: { ...campaign.policy, ...changes } },
    ...others,
  ];
  const start = (changes: Parameters<World['withDeps']>[0]) => () => world.withDeps(changes);
  const { workspace } = world.deps;
  expect(start({ journeys: changed({ purpose: 'moment', lock: { priority: 0, for: { ms: 0 } } }) })).toThrow(
    'campaign is moment: only marketing takes a lock; the lock of campaign has a whole number from 1 for its priority; the lock of campaign lasts',
  );
  expect(start({ journeys: changed({ sender: 'nobody', holdout: { percent: 101 } }) })).toThrow(
    /nobody.*percentage/,
  );
  expect(
    start({
      workspace: { ...workspace, caps: [{ purpose: 'marketing', channel: 'sms', most: 0, per: 'day' }] },
    }),
  ).toThrow('a cap allows at least 1');
  expect(start({ workspace: { ...workspace, pace: { segmentsPerSecond: 0 } } })).toThrow('the account');
});

it('a journey’s messages go out from its sender', async () => {
  const journeys = world.deps.journeys.map(({ id, policy }) =>
    id === 'reward' ? { id, policy: { ...policy, sender: 'desk' } } : { id, policy },
  );
  const { send, handedOver } = paced({ senders: { default: {}, desk: { from: '+12025550177' } } }, journeys);
  const [campaign] = await askings(1);
  const [reward] = await askings(1, 'reward');
  if (!campaign || !reward) throw new Error('two');
  await send(campaign);
  await send(reward);
  expect(handedOver.map(({ from }) => from)).toEqual([undefined, '+12025550177']);
});
