import { nextSettleAt, settleDue } from '../../activities/index';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import { eventually } from '../support/eventually';
import { dyingCaller, Killed } from './crashes';
import {
  asking,
  authToken,
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
beforeEach(async () => {
  await world.clearFaults();
  await world.setClock(NOON);
  await world.pool.query('delete from outbox');
});

const END_OF_GRACE = '2027-02-02T17:05:00.000Z';
const FIRST_LOOK = '2027-02-02T17:01:00.000Z';

/** A send whose create call got no answer; `accepted` tells whether Twilio has it. */
async function unknownSend(journey: JourneyName, accepted: boolean) {
  const customer = await createCustomer(world.pool);
  const enrollmentId = await enroll(world.pool, customer, journey);
  const fault = accepted ? 'accept_then_reset' : 'reset_before_accept';
  await world.fault({ fault, to: customer.phone });
  const answer = await world.activities.send(asking(enrollmentId));
  if (answer.status !== 'unknown') throw new Error(`expected an unknown send, got ${answer.status}`);
  return { customer, enrollmentId, sendId: answer.sendId, until: answer.until };
}

async function callback(sendId: string, form: Record<string, string>): Promise<number> {
  const url = `${world.publicUrl}/webhooks/twilio/status?m=${sendId}`;
  const response = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: { 'x-twilio-signature': getExpectedTwilioSignature(authToken, url, form) },
  });
  return response.status;
}

async function told(enrollmentId: string): Promise<unknown[]> {
  const { rows } = await world.pool.query('select kind, payload from outbox where enrollment_id = $1', [
    enrollmentId,
  ]);
  return rows;
}

const settled = (sendId: string) => [{ kind: 'settled', payload: { kind: 'settled', sendId } }];

describe('an unknown send', () => {
  it('tells the run until when it may stay so, and is due a minute later', async () => {
    const { until, enrollmentId } = await unknownSend('campaign', true);
    expect(until).toBe(Date.parse(END_OF_GRACE));
    expect(await nextSettleAt(world.pool)).toEqual(new Date(FIRST_LOOK));
    expect(await settleDue(world.deps)).toBe(0);
    expect(await told(enrollmentId)).toEqual([]);
    await world.setClock(FIRST_LOOK);
    await settleDue(world.deps);
    expect(await nextSettleAt(world.pool)).toBeUndefined();
  });

  it('is settled by a callback that carries our id, and the run is told', async () => {
    const { enrollmentId, sendId } = await unknownSend('campaign', false);
    await world.setClock('2027-02-02T17:00:40.000Z');
    const MessageSid = `SM${'7'.repeat(32)}`;
    expect(await callback(sendId, { MessageSid, MessageStatus: 'sent' })).toBe(204);
    expect(await world.activities.sendResult({ sendId })).toEqual({
      status: 'sent',
      sendId,
      providerSid: MessageSid,
      at: Date.parse('2027-02-02T17:00:40Z'),
    });
    expect(await told(enrollmentId)).toEqual(settled(sendId));
    await world.setClock(END_OF_GRACE);
    expect(await settleDue(world.deps)).toBe(0);
    expect(await ledger(world.pool, enrollmentId)).toMatchObject([{ status: 'sent', creates: 1 }]);
  });

  it('is settled by the list of messages to the number, and the run is told', async () => {
    const { customer, enrollmentId, sendId } = await unknownSend('campaign', true);
    await world.setClock(FIRST_LOOK);
    expect(await settleDue(world.deps)).toBe(1);
    const [message] = await world.accepted(customer.phone);
    expect(await ledger(world.pool, enrollmentId)).toMatchObject([
      { status: 'sent', providerSid: message?.sid, creates: 1 },
    ]);
    expect(await told(enrollmentId)).toEqual(settled(sendId));
  });

  it('is settled once, whoever looks at the same moment', async () => {
    const { customer, enrollmentId, sendId } = await unknownSend('care', false);
    await world.setClock(END_OF_GRACE);
    let looks = 0;
    const listTo = (address: string) => {
      looks += 1;
      return world.provider.listTo(address);
    };
    const deps = { ...world.deps, provider: { ...world.provider, listTo } };
    await Promise.all(Array.from({ length: 8 }, () => settleDue(deps)));
    expect(looks).toBe(1);
    expect(await world.accepted(customer.phone)).toHaveLength(1);
    expect(await told(enrollmentId)).toEqual(settled(sendId));
  });

  it('of a run that is over is settled too, and nobody is told', async () => {
    const { enrollmentId } = await unknownSend('campaign', true);
    await world.pool.query(`update enrollments set status = 'exited' where enrollment_id = $1`, [
      enrollmentId,
    ]);
    await world.setClock(FIRST_LOOK);
    await settleDue(world.deps);
    expect(await ledger(world.pool, enrollmentId)).toMatchObject([{ status: 'sent' }]);
    expect(await told(enrollmentId)).toEqual([]);
  });

  it('is what a create becomes whose process died while its run ended', async () => {
    const customer = await createCustomer(world.pool);
    const enrollmentId = await enroll(world.pool, customer, 'campaign');
    const provider = dyingCaller(world.deps.provider, 'after');
    await expect(world.withDeps({ provider }).send(asking(enrollmentId))).rejects.toThrow(Killed);
    await world.pool.query(`update enrollments set status = 'exited' where enrollment_id = $1`, [
      enrollmentId,
    ]);
    await settleDue(world.deps);
    expect((await ledger(world.pool, enrollmentId)).map(({ status }) => status)).toEqual(['submitting']);

    await world.pool.query(
      `update sends set submitted_wall = submitted_wall - interval '61 s' where enrollment_id = $1`,
      [enrollmentId],
    );
    await settleDue(world.deps);
    expect((await ledger(world.pool, enrollmentId)).map(({ status }) => status)).toEqual(['unknown']);
    await world.setClock(FIRST_LOOK);
    await settleDue(world.deps);
    expect((await ledger(world.pool, enrollmentId)).map(({ status }) => status)).toEqual([
      expect.stringMatching(/^(sent|delivered)$/),
    ]);
  });

  it('is not decided while the provider cannot be asked', async () => {
    const { customer, enrollmentId } = await unknownSend('campaign', true);
    await world.fault({ fault: 'error_500', on: 'read', times: 'always', to: customer.phone });
    await world.setClock(END_OF_GRACE);
    await settleDue(world.deps);
    expect(await ledger(world.pool, enrollmentId)).toMatchObject([{ status: 'unknown' }]);
    const next = await nextSettleAt(world.pool);
    expect(next?.getTime()).toBeGreaterThan(Date.parse(END_OF_GRACE));
    await world.clearFaults();
    await world.setClock('2027-02-02T18:00:00.000Z');
    await settleDue(world.deps);
    expect(await ledger(world.pool, enrollmentId)).toMatchObject([{ status: 'sent', creates: 1 }]);
  });

  it('does not take the message of another row: of two with one text, one was accepted', async () => {
    const customer = await createCustomer(world.pool);
    const [one, other] = [
      await enroll(world.pool, customer, 'campaign', 'one'),
      await enroll(world.pool, customer, 'campaign', 'other'),
    ];
    await world.fault({ fault: 'accept_then_reset', to: customer.phone });
    await world.activities.send(asking(one));
    await world.fault({ fault: 'reset_before_accept', to: customer.phone });
    await world.activities.send(asking(other));
    await world.setClock(END_OF_GRACE);
    await settleDue(world.deps);
    await settleDue(world.deps);
    const ends = [...(await ledger(world.pool, one)), ...(await ledger(world.pool, other))];
    expect(ends.map(({ status }) => status).sort()).toEqual(['failed', 'sent']);
  });

  it('waits for the same text that is just being handed over for another row', async () => {
    const { customer, enrollmentId } = await unknownSend('campaign', false);
    const twin = await enroll(world.pool, customer, 'campaign', 'twin');
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = world.withDeps({
      provider: {
        ...world.provider,
        create: async (message) => {
          await held;
          return world.provider.create(message);
        },
      },
    });
    const sending = slow.send(asking(twin));
    await world.setClock(END_OF_GRACE);
    await eventually(async () => (await ledger(world.pool, twin))[0]?.status === 'submitting');
    await settleDue(world.deps);
    expect(await ledger(world.pool, enrollmentId)).toMatchObject([{ status: 'unknown' }]);
    release();
    expect(await sending).toMatchObject({ status: 'sent' });
    await world.setClock('2027-02-02T17:05:30.000Z');
    await settleDue(world.deps);
    expect(await ledger(world.pool, enrollmentId)).toMatchObject([
      { status: 'failed', errorCode: 'unresolved' },
    ]);
  });
});

describe('the end of the grace period, with no trace of the message', () => {
  it.each(['campaign', 'reward'] as const)(
    '%s: failed(unresolved), and no second create',
    async (journey) => {
      const { customer, enrollmentId, sendId } = await unknownSend(journey, false);
      await world.setClock(FIRST_LOOK);
      await settleDue(world.deps);
      expect(await ledger(world.pool, enrollmentId)).toMatchObject([{ status: 'unknown' }]);
      expect(await nextSettleAt(world.pool)).toEqual(new Date(END_OF_GRACE));
      await world.setClock(END_OF_GRACE);
      await settleDue(world.deps);
      expect(await world.activities.sendResult({ sendId })).toEqual({
        status: 'failed',
        sendId,
        code: 'unresolved',
        at: Date.parse(END_OF_GRACE),
      });
      expect(await told(enrollmentId)).toEqual(settled(sendId));
      expect(await world.accepted(customer.phone)).toEqual([]);
    },
  );

  it('transactional: asks the gate again and creates once more, in the same row', async () => {
    const { customer, enrollmentId, sendId } = await unknownSend('care', false);
    await world.setClock(END_OF_GRACE);
    await settleDue(world.deps);
    const [message] = await world.accepted(customer.phone);
    expect(await ledger(world.pool, enrollmentId)).toMatchObject([
      { sendId, status: 'sent', creates: 2, providerSid: message?.sid },
    ]);
    expect(await decisions(world.pool, enrollmentId)).toMatchObject([
      { verdict: 'send' },
      { verdict: 'send' },
    ]);
    expect(await way(world.pool, enrollmentId)).toEqual([
      'reserved',
      'submitting',
      'unknown',
      'submitting',
      'sent',
    ]);
    expect(await told(enrollmentId)).toEqual(settled(sendId));
  });

  it('transactional, and the person has said STOP: failed(unresolved)', async () => {
    const { customer, enrollmentId, sendId } = await unknownSend('care', false);
    await world.text(customer.phone, 'STOP');
    await world.setClock(END_OF_GRACE);
    await settleDue(world.deps);
    expect(await ledger(world.pool, enrollmentId)).toMatchObject([
      { status: 'failed', errorCode: 'unresolved' },
    ]);
    expect(await decisions(world.pool, enrollmentId)).toMatchObject([
      { verdict: 'send' },
      { verdict: 'suppressed', reason: 'consent' },
    ]);
    expect(await told(enrollmentId)).toEqual(settled(sendId));
  });

  it('a second unknown is looked for through a grace of its own, and never tried a third time', async () => {
    const { customer, enrollmentId, sendId } = await unknownSend('care', false);
    await world.fault({ fault: 'reset_before_accept', to: customer.phone, times: 'always' });
    await world.setClock(END_OF_GRACE);
    await settleDue(world.deps);
    expect(await world.activities.sendResult({ sendId })).toEqual({
      status: 'unknown',
      sendId,
      until: Date.parse('2027-02-02T17:10:00Z'),
    });
    expect(await told(enrollmentId)).toEqual([]);
    await world.clearFaults();
    await world.setClock('2027-02-02T17:10:00.000Z');
    await settleDue(world.deps);
    expect(await ledger(world.pool, enrollmentId)).toMatchObject([
      { status: 'failed', errorCode: 'unresolved', creates: 2 },
    ]);
    expect(await world.accepted(customer.phone)).toEqual([]);
    expect(await told(enrollmentId)).toEqual(settled(sendId));
  });

  it('a second create that was not processed does not count, and comes again when the provider said', async () => {
    const { customer, enrollmentId } = await unknownSend('care', false);
    await world.fault({ fault: 'rate_limited', retryAfter: 7, to: customer.phone });
    await world.setClock(END_OF_GRACE);
    await settleDue(world.deps);
    expect(await ledger(world.pool, enrollmentId)).toMatchObject([{ status: 'unknown', creates: 1 }]);
    expect(await nextSettleAt(world.pool)).toEqual(new Date('2027-02-02T17:05:07Z'));
    await world.setClock('2027-02-02T17:05:07.000Z');
    await settleDue(world.deps);
    expect(await ledger(world.pool, enrollmentId)).toMatchObject([{ status: 'sent', creates: 2 }]);
    expect(await world.accepted(customer.phone)).toHaveLength(1);
  });

  it('a callback that comes later still overrules failed(unresolved)', async () => {
    const { enrollmentId, sendId } = await unknownSend('campaign', false);
    await world.setClock(END_OF_GRACE);
    await settleDue(world.deps);
    const MessageSid = `SM${'8'.repeat(32)}`;
    await callback(sendId, { MessageSid, MessageStatus: 'delivered' });
    expect(await ledger(world.pool, enrollmentId)).toMatchObject([
      { status: 'delivered', errorCode: null, providerSid: MessageSid },
    ]);
    expect(await way(world.pool, enrollmentId)).toEqual([
      'reserved',
      'submitting',
      'unknown',
      'failed',
      'sent',
      'delivered',
    ]);
  });
});
