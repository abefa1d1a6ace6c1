import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../store/database';
import { beginHold, liftHold } from '../../store/holds';
import {
  asking,
  createCustomer,
  createWorld,
  decisions,
  enroll,
  type JourneyName,
  ledger,
  newPhone,
  NOON,
  type World,
  way,
  whileHeld,
} from './world';

let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());
beforeEach(() => world.setClock(NOON));
afterEach(() => world.clearFaults());

async function runOf(journey: JourneyName, options: Parameters<typeof createCustomer>[1] = {}) {
  const customer = await createCustomer(world.pool, options);
  return { customer, enrollmentId: await enroll(world.pool, customer, journey) };
}

describe('a send that the gate lets through', () => {
  it('is one message, one row that went from reserved to sent, and one decision with every check', async () => {
    const { customer, enrollmentId } = await runOf('campaign', { traits: { firstName: 'Anna' } });
    const answer = await world.activities.send(asking(enrollmentId, { message: 'onboarding-1' }));

    const [row] = await ledger(world.pool, enrollmentId);
    expect(answer).toEqual({
      status: 'sent',
      sendId: row?.sendId,
      providerSid: expect.stringMatching(/^SM[0-9a-f]{32}$/),
      at: Date.parse(NOON),
    });
    expect(row).toMatchObject({ status: 'sent', creates: 1, errorCode: null });
    expect(await way(world.pool, enrollmentId)).toEqual(['reserved', 'submitting', 'sent']);
    expect(await world.accepted(customer.phone)).toMatchObject([
      { sid: row?.providerSid, body: expect.stringContaining('Welcome, Anna!') },
    ]);
    const [decision] = await decisions(world.pool, enrollmentId);
    expect(decision?.verdict).toBe('send');
    expect(decision?.checks.map(({ check }) => check)).toEqual([
      'erased',
      'consent',
      'ended',
      'lifecycle',
      'lock',
      'holdout',
      'cap',
      'quiet_hours',
      'pace',
      'content',
    ]);
  });

  it('speaks the language of the customer', async () => {
    const { customer, enrollmentId } = await runOf('campaign', { traits: { locale: 'pt-PT' } });
    await world.activities.send(asking(enrollmentId));
    expect(await world.accepted(customer.phone)).toMatchObject([
      { body: expect.stringContaining('Responda PARE') },
    ]);
  });

  it('asked again is answered by its row, and nothing is sent again', async () => {
    const { customer, enrollmentId } = await runOf('campaign');
    const first = await world.activities.send(asking(enrollmentId));
    await world.setClock('2027-02-02T18:00:00.000Z');
    expect(await world.activities.send(asking(enrollmentId))).toEqual(first);
    expect(await world.accepted(customer.phone)).toHaveLength(1);
    expect(await decisions(world.pool, enrollmentId)).toHaveLength(1);
  });

  it('at another step, or at the same one the second time, is another message', async () => {
    const { customer, enrollmentId } = await runOf('campaign');
    await world.activities.send(asking(enrollmentId));
    await world.activities.send(asking(enrollmentId, { occurrence: 2 }));
    await world.activities.send(asking(enrollmentId, { step: 'again' }));
    expect(await world.accepted(customer.phone)).toHaveLength(3);
    expect(await ledger(world.pool, enrollmentId)).toHaveLength(3);
  });
});

describe('a send that the gate refuses', () => {
  it.each([
    ['consent', 'campaign', { consent: 'unsubscribed' }],
    ['consent', 'reward', { consent: null }],
    ['unreachable', 'care', { phone: null }],
  ] as const)(
    'is suppressed(%s) in %s, with a decision, no row and no call',
    async (reason, journey, options) => {
      const { customer, enrollmentId } = await runOf(journey, options);
      expect(await world.activities.send(asking(enrollmentId))).toEqual({
        status: 'suppressed',
        reason,
        at: Date.parse(NOON),
      });
      expect(await ledger(world.pool, enrollmentId)).toEqual([]);
      expect(await decisions(world.pool, enrollmentId)).toMatchObject([{ verdict: 'suppressed', reason }]);
      if (customer.phone) expect(await world.accepted(customer.phone)).toEqual([]);
    },
  );

  it('passes without consent when it is transactional', async () => {
    const { enrollmentId } = await runOf('care', { consent: 'unsubscribed' });
    expect(await world.activities.send(asking(enrollmentId))).toMatchObject({ status: 'sent' });
  });

  it('is deferred at night to the first open minute, and asked again there', async () => {
    await world.setClock('2027-02-03T02:00:00.000Z');
    const { enrollmentId } = await runOf('campaign');
    expect(await world.activities.send(asking(enrollmentId))).toEqual({
      status: 'deferred',
      reason: 'quiet_hours',
      until: Date.parse('2027-02-03T13:00:00Z'),
    });
    await world.setClock('2027-02-03T13:00:00.000Z');
    expect(await world.activities.send(asking(enrollmentId))).toMatchObject({ status: 'sent' });
    expect(await decisions(world.pool, enrollmentId)).toMatchObject([
      { verdict: 'deferred', reason: 'quiet_hours' },
      { verdict: 'send' },
    ]);
  });

  it('is suppressed(expired) when it would be deferred past its deadline', async () => {
    await world.setClock('2027-02-03T02:00:00.000Z');
    const { enrollmentId } = await runOf('reward');
    const deadline = Date.parse('2027-02-03T04:00:00Z');
    expect(await world.activities.send(asking(enrollmentId, { deadline }))).toMatchObject({
      status: 'suppressed',
      reason: 'expired',
    });
  });

  it('is suppressed(content) when its data or the message itself is gone', async () => {
    const { enrollmentId } = await runOf('care');
    const content = { status: 'suppressed', reason: 'content' };
    expect(
      await world.activities.send(asking(enrollmentId, { message: 'appointment-reminder' })),
    ).toMatchObject(content);
    expect(await world.activities.send(asking(enrollmentId, { message: 'forgotten' }))).toMatchObject(
      content,
    );
  });

  it('is refused once on record, however often its step is run again', async () => {
    const { enrollmentId } = await runOf('campaign', { consent: 'unsubscribed' });
    const refused = { status: 'suppressed', reason: 'consent' };
    expect(await world.activities.send(asking(enrollmentId))).toMatchObject(refused);
    await world.setClock('2027-02-20T17:00:00.000Z');
    expect(await world.activities.send(asking(enrollmentId))).toMatchObject(refused);
    expect(await world.activities.send(asking(enrollmentId, { occurrence: 2 }))).toMatchObject(refused);
    expect(await decisions(world.pool, enrollmentId)).toMatchObject([
      { at: new Date(NOON), occurrence: 1 },
      { at: new Date('2027-02-20T17:00:00.000Z'), occurrence: 2 },
    ]);
  });

  it('answers ended, on record, once the enrollment is over', async () => {
    const { enrollmentId } = await runOf('care');
    await world.pool.query(`update enrollments set status = 'exited' where enrollment_id = $1`, [
      enrollmentId,
    ]);
    expect(await world.activities.send(asking(enrollmentId))).toEqual({ status: 'ended' });
    expect(await decisions(world.pool, enrollmentId)).toMatchObject([
      { verdict: 'suppressed', reason: 'ended' },
    ]);
  });
});

describe('a send that has to wait for the customer', () => {
  it('sees the STOP that was committed meanwhile', async () => {
    const { customer, enrollmentId } = await runOf('care');
    const answer = await whileHeld(
      world.pool,
      customer,
      () => world.activities.send(asking(enrollmentId)),
      (db) =>
        db.query(
          `insert into suppressions (channel, address, kind, source, at) values ('sms', $1, 'stop', 'inbound', now())`,
          [customer.phone],
        ),
    );
    expect(answer).toMatchObject({ status: 'suppressed', reason: 'consent' });
    expect(await world.accepted(customer.phone)).toEqual([]);
  });

  it('sees that the run was ended meanwhile', async () => {
    const { customer, enrollmentId } = await runOf('care');
    const answer = await whileHeld(
      world.pool,
      customer,
      () => world.activities.send(asking(enrollmentId)),
      (db) =>
        db.query(`update enrollments set status = 'converted' where enrollment_id = $1`, [enrollmentId]),
    );
    expect(answer).toEqual({ status: 'ended' });
  });

  it('goes to the one that the customer was merged into meanwhile', async () => {
    const { customer, enrollmentId } = await runOf('campaign');
    const into = await createCustomer(world.pool);
    const ids = [customer.profileId, into.profileId];
    const answer = await whileHeld(
      world.pool,
      customer,
      () => world.activities.send(asking(enrollmentId)),
      async (db) => {
        await db.query('update profiles set merged_into = $2 where profile_id = $1', ids);
        await db.query('update enrollments set profile_id = $2 where profile_id = $1', ids);
      },
    );
    expect(answer).toMatchObject({ status: 'sent' });
    expect(await world.accepted(into.phone)).toHaveLength(1);
    expect(await world.accepted(customer.phone)).toEqual([]);
  });
});

describe('a send that the provider refuses for good', () => {
  it.each([21211, 21614])(
    '%i: failed, one create, and the number is unreachable until there is another',
    async (code) => {
      const { customer, enrollmentId } = await runOf('campaign');
      await world.fault({ fault: 'refuse', code, to: customer.phone });
      expect(await world.activities.send(asking(enrollmentId))).toMatchObject({
        status: 'failed',
        code: `${code}`,
      });
      expect(await ledger(world.pool, enrollmentId)).toMatchObject([
        { status: 'failed', errorCode: `${code}`, creates: 1, providerSid: null },
      ]);
      expect(await world.activities.send(asking(enrollmentId))).toMatchObject({
        status: 'failed',
        code: `${code}`,
      });

      await world.setClock('2027-02-03T17:00:00.000Z');
      const next = asking(enrollmentId, { step: 'next day' });
      expect(await world.activities.send(next)).toMatchObject({
        status: 'suppressed',
        reason: 'unreachable',
      });
      expect(await world.accepted(customer.phone)).toEqual([]);

      const { profileId } = customer;
      const other = newPhone();
      await world.pool.query('update identifiers set value = $2 where profile_id = $1', [profileId, other]);
      await world.pool.query('update subscriptions set key = $2 where profile_id = $1', [profileId, other]);
      const later = asking(enrollmentId, { step: 'with another number' });
      expect(await world.activities.send(later)).toMatchObject({ status: 'sent' });
    },
  );

  it('21610: failed, and on record as a STOP that the provider told us of', async () => {
    const { customer, enrollmentId } = await runOf('campaign');
    await world.fault({ fault: 'refuse', code: 21610, to: customer.phone });
    expect(await world.activities.send(asking(enrollmentId))).toMatchObject({
      status: 'failed',
      code: '21610',
    });
    const { rows } = await world.pool.query(
      'select channel, key, from_status, to_status, source from consent_changes where profile_id = $1',
      [customer.profileId],
    );
    expect(rows).toEqual([
      {
        channel: 'sms',
        key: customer.phone,
        from_status: 'subscribed',
        to_status: 'unsubscribed',
        source: 'provider',
      },
    ]);
    const next = asking(enrollmentId, { step: 'next day' });
    expect(await world.activities.send(next)).toMatchObject({ status: 'suppressed', reason: 'consent' });
  });

  it('for a reason on our side: failed, with an alert, and the number stays open', async () => {
    const { customer, enrollmentId } = await runOf('campaign');
    await world.fault({ fault: 'refuse', code: 21606, to: customer.phone });
    expect(await world.activities.send(asking(enrollmentId))).toMatchObject({
      status: 'failed',
      code: '21606',
    });
    expect(world.logged.lines).toContainEqual({ level: 'error', text: expect.stringContaining('21606') });
    const next = asking(enrollmentId, { step: 'next' });
    expect(await world.activities.send(next)).toMatchObject({ status: 'sent' });
  });
});

describe('a send that the provider did not process', () => {
  it('429: waits as long as the provider says, in the same row', async () => {
    const { customer, enrollmentId } = await runOf('campaign');
    await world.fault({ fault: 'rate_limited', retryAfter: 7, to: customer.phone });
    const until = Date.parse(NOON) + 7_000;
    const answer = await world.activities.send(asking(enrollmentId));
    expect(answer).toMatchObject({ status: 'retry', until });
    expect(await ledger(world.pool, enrollmentId)).toMatchObject([{ status: 'reserved', creates: 0 }]);

    await world.setClock('2027-02-02T17:00:06.999Z');
    expect(await world.activities.send(asking(enrollmentId))).toEqual(answer);
    expect(await world.accepted(customer.phone)).toEqual([]);

    await world.setClock('2027-02-02T17:00:07.000Z');
    expect(await world.activities.send(asking(enrollmentId))).toMatchObject({ status: 'sent' });
    expect(await ledger(world.pool, enrollmentId)).toMatchObject([{ status: 'sent', creates: 1 }]);
    expect(await way(world.pool, enrollmentId)).toEqual([
      'reserved',
      'submitting',
      'reserved',
      'submitting',
      'sent',
    ]);
    expect(await world.accepted(customer.phone)).toHaveLength(1);
  });

  it('asks the gate again before it tries again: a STOP in between is heeded', async () => {
    const { customer, enrollmentId } = await runOf('campaign');
    await world.fault({ fault: 'rate_limited', retryAfter: 7, to: customer.phone });
    await world.activities.send(asking(enrollmentId));
    await world.text(customer.phone, 'STOP');
    await world.setClock('2027-02-02T17:00:07.000Z');
    const suppressed = { status: 'suppressed', reason: 'consent' };
    expect(await world.activities.send(asking(enrollmentId))).toMatchObject(suppressed);
    expect(await ledger(world.pool, enrollmentId)).toMatchObject([
      { status: 'failed', errorCode: 'suppressed(consent)' },
    ]);
    // The same when a crash makes it ask once more.
    expect(await world.activities.send(asking(enrollmentId))).toMatchObject(suppressed);
  });

  it('waits longer each time while the provider cannot be reached, and gives up after a day', async () => {
    const { enrollmentId } = await runOf('campaign');
    const away = world.withDeps({
      provider: {
        ...world.provider,
        create: async () => ({ kind: 'retry', code: 'ECONNREFUSED', pace: 'soon' }),
      },
    });
    const waits: number[] = [];
    let now = Date.parse(NOON);
    for (let tries = 0; tries < 12; tries++) {
      const answer = await away.send(asking(enrollmentId, { message: 'onboarding-3' }));
      if (answer.status !== 'retry') throw new Error(answer.status);
      waits.push(answer.until - now);
      now = answer.until;
      await world.setClock(new Date(now).toISOString());
    }
    expect(waits).toEqual([1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((seconds) => seconds * 1_000));
    await world.setClock('2027-02-03T17:00:00.000Z');
    expect(await away.send(asking(enrollmentId, { message: 'onboarding-3' }))).toMatchObject({
      status: 'failed',
      code: 'ECONNREFUSED',
    });
  });
});

it('logs no number, no name and no text', async () => {
  const { customer, enrollmentId } = await runOf('campaign', { traits: { firstName: 'Clementine' } });
  await world.fault({ fault: 'refuse', code: 21211, to: customer.phone });
  await world.fault({ fault: 'rate_limited', to: customer.phone });
  for (const step of ['one', 'two', 'three']) {
    await world.activities.send(asking(enrollmentId, { step, message: 'onboarding-1' }));
  }
  expect(world.logged.lines.length).toBeGreaterThan(1);
  expect(world.logged.text()).not.toMatch(/\+1212|Clementine|Welcome/);
});

describe('a send that is held', () => {
  const held = { kind: 'halted', cause: 'operator', actor: 'Ana', note: null, journey: '' } as const;

  it('leaves no decision and no row, and is asked about when it is let go', async () => {
    const { enrollmentId } = await runOf('care');
    await beginHold(world.pool, held);
    const answer = await world.activities.send(asking(enrollmentId));
    expect(answer).toEqual({ status: 'held', reason: 'halted', until: Date.parse(NOON) + 86_400_000 });
    expect(await ledger(world.pool, enrollmentId)).toEqual([]);
    expect(await decisions(world.pool, enrollmentId)).toEqual([]);
    await liftHold(world.pool, held);
    expect(await world.activities.send(asking(enrollmentId))).toMatchObject({ status: 'sent' });
  });

  it('is not given up for having waited longer than a day, though the provider asks to wait once more', async () => {
    const { customer, enrollmentId } = await runOf('care');
    await world.fault({ fault: 'rate_limited', retryAfter: 7, to: customer.phone, times: 2 });
    expect(await world.activities.send(asking(enrollmentId))).toMatchObject({ status: 'retry' });
    await beginHold(world.pool, held);
    await world.setClock('2027-02-05T17:00:00.000Z');
    expect(await world.activities.send(asking(enrollmentId))).toMatchObject({ status: 'held' });
    await liftHold(world.pool, held);
    expect(await world.activities.send(asking(enrollmentId))).toMatchObject({ status: 'retry' });
    await world.setClock('2027-02-05T17:00:07.000Z');
    expect(await world.activities.send(asking(enrollmentId))).toMatchObject({ status: 'sent' });
    expect(await world.accepted(customer.phone)).toHaveLength(1);
  });

  it('is not created when the switch was thrown after the gate was asked and the process stood still since', async () => {
    const { customer, enrollmentId } = await runOf('care');
    const late = world.withDeps({
      provider: world.provider,
      pool: slowToCommit(world.pool, () => beginHold(world.pool, held)),
    });
    expect(await late.send(asking(enrollmentId))).toMatchObject({ status: 'retry' });
    expect(await world.accepted(customer.phone)).toEqual([]);
    await liftHold(world.pool, held);
    expect(await world.activities.send(asking(enrollmentId))).toMatchObject({ status: 'sent' });
  });
});

/** Connections on which the first commit takes two seconds, in which `meanwhile` is done. */
function slowToCommit(pool: Database, meanwhile: () => Promise<unknown>): Database {
  let isFirst = true;
  return new Proxy(pool, {
    get(target, name) {
      if (name !== 'connect') {
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      }
      return async () => {
        const client = await target.connect();
        if (!isFirst) return client;
        isFirst = false;
        const query = client.query.bind(client) as (...given: unknown[]) => Promise<unknown>;
        client.query = (async (...given: unknown[]) => {
          const result = await query(...given);
          if (given[0] !== 'commit') return result;
          client.query = query as typeof client.query;
          await meanwhile();
          await delay(2_000);
          return result;
        }) as typeof client.query;
        return client;
      };
    },
  });
}
