import fc from 'fast-check';
import { settleDue } from '../../activities/index';
import type { SendAnswer } from '../../workflows/runtime/contract';
import { dyingAt, dyingCaller, failingAt, Killed } from './crashes';
import {
  asking,
  createCustomer,
  createWorld,
  decisions,
  enroll,
  type JourneyName,
  ledger,
  NOON,
  type World,
  way,
} from './world';

let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());
beforeEach(() => world.setClock(NOON));
afterEach(() => world.clearFaults());

async function runOf(journey: JourneyName) {
  const customer = await createCustomer(world.pool);
  return { customer, enrollmentId: await enroll(world.pool, customer, journey) };
}

/** The create calls of dead processes have ended long ago. */
async function letTimePass(): Promise<void> {
  await world.pool.query(
    `update sends set submitted_wall = submitted_wall - interval '30 s' where status = 'submitting'`,
  );
}

/** What the run of a killed worker does: the step again, then wait until what is unknown has come to an end. */
async function resume(enrollmentId: string): Promise<SendAnswer> {
  await letTimePass();
  let answer = await world.activities.send(asking(enrollmentId));
  while (answer.status === 'unknown') {
    await world.setClock(new Date(answer.until).toISOString());
    await settleDue(world.deps);
    answer = await world.activities.sendResult({ sendId: answer.sendId });
  }
  return answer;
}

const statements = [
  { point: 'asks the gate', text: 'send-facts' },
  { point: 'reserves', text: 'send-open' },
  { point: 'commits the reservation', text: 'commit' },
  { point: 'writes what the provider answered', text: 'send-conclude' },
];

describe('a worker that is killed', () => {
  it.each(
    statements.flatMap(({ point, text }) =>
      (['before', 'after'] as const).map((when) => ({ point, text, when })),
    ),
  )('$when it $point: nobody is texted twice, and the run hears how it ended', async ({ text, when }) => {
    for (const journey of ['campaign', 'care'] as const) {
      await world.setClock(NOON);
      const { customer, enrollmentId } = await runOf(journey);
      const pool = dyingAt(world.pool, (statement) => statement === text, when);
      await expect(world.withDeps({ pool }).send(asking(enrollmentId))).rejects.toThrow(Killed);

      const answer = await resume(enrollmentId);
      const accepted = await world.accepted(customer.phone);
      const [row] = await ledger(world.pool, enrollmentId);
      // A reservation that was committed, and of which no trace is at the provider: nobody can know.
      const lost = text === 'commit' && when === 'after' && journey === 'campaign';
      expect(accepted).toHaveLength(lost ? 0 : 1);
      expect(answer).toMatchObject(lost ? { status: 'failed', code: 'unresolved' } : { status: 'sent' });
      if (!lost) expect(row?.providerSid).toBe(accepted[0]?.sid);
      expect(await ledger(world.pool, enrollmentId)).toHaveLength(1);
    }
  });

  it('once the provider has accepted, before it heard so: the message is found, not sent again', async () => {
    for (const journey of ['campaign', 'reward', 'care'] as const) {
      await world.setClock(NOON);
      const { customer, enrollmentId } = await runOf(journey);
      const dying = world.withDeps({ provider: dyingCaller(world.provider, 'after') });
      await expect(dying.send(asking(enrollmentId))).rejects.toThrow(Killed);
      expect(await resume(enrollmentId)).toMatchObject({ status: 'sent' });
      expect(await world.accepted(customer.phone)).toHaveLength(1);
      expect(await way(world.pool, enrollmentId)).toEqual(['reserved', 'submitting', 'unknown', 'sent']);
    }
  });

  it('while it sends a second time, is not followed by a third', async () => {
    const { customer, enrollmentId } = await runOf('care');
    await world.fault({ fault: 'hang_before_accept', to: customer.phone });
    const answer = await world.activities.send(asking(enrollmentId));
    if (answer.status !== 'unknown') throw new Error(answer.status);
    await world.setClock(new Date(answer.until).toISOString());
    const dying = { ...world.deps, provider: dyingCaller(world.provider, 'after') };
    await settleDue(dying);
    expect(await ledger(world.pool, enrollmentId)).toMatchObject([{ status: 'unknown', creates: 2 }]);
    // The second copy was accepted by then: it is found.
    expect(await resume(enrollmentId)).toMatchObject({ status: 'sent' });
    expect(await world.accepted(customer.phone)).toHaveLength(1);
  });
});

it('a database that is away for a moment does not make an accepted message unknown', async () => {
  const { customer, enrollmentId } = await runOf('campaign');
  const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  const pool = failingAt(world.pool, 'send-conclude', [away, away]);
  expect(await world.withDeps({ pool }).send(asking(enrollmentId))).toMatchObject({ status: 'sent' });
  expect(await way(world.pool, enrollmentId)).toEqual(['reserved', 'submitting', 'sent']);
  expect(await world.accepted(customer.phone)).toHaveLength(1);
});

describe('fifty executions of one step at once', () => {
  it('make one create call and all get the same answer', async () => {
    const { customer, enrollmentId } = await runOf('campaign');
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => world.activities.send(asking(enrollmentId))),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 'sent' });
    expect(await world.accepted(customer.phone)).toHaveLength(1);
    expect(await decisions(world.pool, enrollmentId)).toHaveLength(1);
  });

  it('make one create call when the provider answers late', async () => {
    const { customer, enrollmentId } = await runOf('campaign');
    const slow = world.withDeps({
      provider: {
        ...world.provider,
        create: async (message) => {
          const result = await world.provider.create(message);
          await new Promise((resolve) => setTimeout(resolve, 300));
          return result;
        },
      },
    });
    const answers = await Promise.all(Array.from({ length: 50 }, () => slow.send(asking(enrollmentId))));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await world.accepted(customer.phone)).toHaveLength(1);
  });
});

describe('whatever Twilio does to a create', () => {
  const faults = [
    'rate_limited',
    'error_500',
    'error_500 accepted',
    'error_503_html',
    'error_503_html accepted',
    'hang_before_accept',
    'reset_before_accept',
    'accept_then_hang',
    'accept_then_reset',
    'accept_then_garbage',
  ];

  it.each(faults)('%s: the run hears an end, one row, and one text at most', async (spelled) => {
    const [fault, accepted] = spelled.split(' ');
    for (const journey of ['campaign', 'care'] as const) {
      await world.setClock(NOON);
      const { customer, enrollmentId } = await runOf(journey);
      await world.fault({ fault, to: customer.phone, ...(accepted && { accepted: true }) });
      let answer = await world.activities.send(asking(enrollmentId));
      if (answer.status === 'retry') {
        await world.setClock(new Date(answer.until).toISOString());
        answer = await world.activities.send(asking(enrollmentId));
      } else {
        expect(answer).toMatchObject({ status: 'unknown', until: Date.parse(NOON) + 300_000 });
        answer = await resume(enrollmentId);
      }
      const taken = /accept_then|rate_limited/.test(spelled) || accepted !== undefined;
      const texts = await world.accepted(customer.phone);
      if (taken || journey === 'care') {
        expect(answer).toMatchObject({ status: 'sent', providerSid: texts[0]?.sid });
        expect(texts).toHaveLength(1);
      } else {
        expect(answer).toMatchObject({ status: 'failed', code: 'unresolved' });
        expect(texts).toEqual([]);
      }
    }
  });

  it('and however often the worker dies on the way, a campaign texts at most once', async () => {
    const writes = (statement: string) => statement === 'send-conclude';
    const deadly = {
      none: () => ({}),
      'before create': () => ({ provider: dyingCaller(world.provider, 'before') }),
      'after create': () => ({ provider: dyingCaller(world.provider, 'after') }),
      'before write': () => ({ pool: dyingAt(world.pool, writes, 'before') }),
      'after write': () => ({ pool: dyingAt(world.pool, writes, 'after') }),
    };
    const deaths = fc.constantFrom(...(Object.keys(deadly) as (keyof typeof deadly)[]));
    const fault = fc.constantFrom(undefined, ...faults);
    await fc.assert(
      fc.asyncProperty(fc.array(deaths, { maxLength: 3 }), fault, async (plan, spelled) => {
        await world.setClock(NOON);
        await world.clearFaults();
        const { customer, enrollmentId } = await runOf('campaign');
        if (spelled) {
          const [name, accepted] = spelled.split(' ');
          await world.fault({ fault: name, to: customer.phone, ...(accepted && { accepted: true }) });
        }
        for (const death of plan) {
          await world
            .withDeps(deadly[death]())
            .send(asking(enrollmentId))
            .catch((error: unknown) => expect(error).toBeInstanceOf(Killed));
          await letTimePass();
        }
        let answer = await resume(enrollmentId);
        if (answer.status === 'retry') {
          await world.setClock(new Date(answer.until).toISOString());
          answer = await resume(enrollmentId);
        }
        const texts = await world.accepted(customer.phone);
        expect(texts.length).toBe(answer.status === 'sent' ? 1 : 0);
        expect(await ledger(world.pool, enrollmentId)).toHaveLength(1);
      }),
      { numRuns: 25 },
    );
  });
});
