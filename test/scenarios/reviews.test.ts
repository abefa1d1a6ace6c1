import { runCli } from '../../client/cli/program';
import { phone } from './support/acts';
import { type TestWorld, testWorld } from './support/world';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({ clock: '2027-02-02T15:00:00Z' });
}, 120_000);
afterAll(() => world.end());

interface Review {
  readonly key: string;
  readonly wording: string;
  readonly closed: boolean;
}

const reviews = async (query = '') =>
  (await world.call<{ items: Review[]; next?: string }>('GET', `/api/reviews${query}`)).body;
const words = async () => (await reviews()).items.map(({ wording }) => wording);
const settle = (number: string, body: object) =>
  world.call('POST', `/api/reviews/sms/${encodeURIComponent(number)}/settle`, body);
const says = async (userId: string, n: number, ...texts: string[]) => {
  await world.subscribe(userId, phone(n));
  for (const text of texts) await world.reply(phone(n), text);
};
const subscription = async (userId: string) => {
  const path = `/api/customers/user_id:${userId}`;
  const { body } = await world.call<{ subscriptions: { status: string; review?: true }[] }>('GET', path);
  return body.subscriptions[0];
};

/** The command line, on the stack's record. */
async function jornada(...args: string[]) {
  let out = '';
  const write = { write: (text: string) => (out += text) };
  const exitCode = await runCli(['--home', world.home, 'reviews', ...args], {
    out: write,
    err: write,
    env: {},
  });
  return { exitCode, out };
}

describe('a STOP in free words', () => {
  it('is listed, the longest waiting first, until the person has said it plainly or taken it back', async () => {
    await says('ana', 1, 'please stop texting me');
    await says('bo', 2, 'me tire da lista');
    await says('cy', 3, 'STOP');
    await says('di', 4, 'leave me alone', 'STOP');
    await says('ed', 5, 'leave me alone', 'START');
    expect(await words()).toEqual(['please stop texting me', 'me tire da lista']);
    const first = await reviews('?limit=1');
    expect(first.items.map(({ key }) => key)).toEqual([phone(1)]);
    const rest = await reviews(`?limit=1&after=${first.next}`);
    expect([rest.items.map(({ key }) => key), rest.next]).toEqual([[phone(2)], undefined]);
  });

  it('is settled once, with who looked and what they found; the number stays closed to everything', async () => {
    expect(await subscription('ana')).toMatchObject({ status: 'unsubscribed', review: true });
    expect((await settle(phone(1), { by: 'Eva' })).status).toBe(400);
    const look = { by: 'Eva', note: 'She meant the other clinic; asked her to text START.' };
    expect(await settle('(917) 555-0001', look)).toMatchObject({
      status: 200,
      body: { settled: true, closed: true },
    });
    expect(await words()).toEqual(['me tire da lista']);
    expect((await subscription('ana'))?.review).toBeUndefined();
    expect((await world.history('user_id:ana', 'consent')).at(-1)).toMatchObject({
      from: 'unsubscribed',
      to: 'unsubscribed',
      source: 'operator',
      actor: 'Eva',
      reason: 'reviewed',
      note: look.note,
    });
    const again = await settle(phone(1), look);
    expect([again.status, again.body]).toMatchObject([404, { error: { code: 'not_under_review' } }]);

    await world.happens('ana', 'Appointment Booked', {
      appointmentId: 'A1',
      startsAt: '2027-03-02T15:00:00Z',
    });
    await world.settle();
    expect(await world.held('user_id:ana')).toEqual(['appointment-confirmation consent']);
    await world.reply(phone(1), 'START');
    expect(await subscription('ana')).toMatchObject({ status: 'subscribed' });
  });

  it('is listed and settled by the command line too', async () => {
    const list = await jornada('list');
    expect(list.out).toContain(`${phone(2)}  sms`);
    expect(list.out).toContain('“me tire da lista”');
    expect((await jornada('settle', phone(2))).exitCode).toBe(2);
    const settled = await jornada('settle', phone(2), '--note', 'A plain STOP', '--by', 'Eva');
    expect(settled).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^Settled\./) });
    expect((await jornada('settle', phone(2), '--note', 'Again')).exitCode).toBe(5);
    expect((await jornada('list')).out).toBe('Nothing is under review.\n');
  });
});

describe('a text that may be a STOP in other words', () => {
  const texts = async () => (await reviews()).items.map(({ wording, closed }) => [wording, closed]);

  it('changes nothing, and is listed until the person has said what they want', async () => {
    await says('flo', 6, 'para de me mandar mensagem');
    await says('gil', 7, 'no more sms!');
    await says('hal', 8, 'chega', 'STOP', 'no more sms');
    await says('ida', 9, 'wrong number', 'START');
    await says('jon', 10, 'the bus stop is near', 'how do I cancel my appointment?');
    expect(await texts()).toEqual([
      ['para de me mandar mensagem', false],
      ['no more sms!', false],
    ]);
    expect((await jornada('list')).out).toContain('(changed nothing: is it a STOP?)');
    for (const userId of ['flo', 'gil', 'ida', 'jon']) {
      expect(await subscription(userId)).toMatchObject({ status: 'subscribed' });
    }
  });

  it('is left at that, or closes the number in the words that were written, with who read them', async () => {
    const look = { by: 'Eva', note: 'Asks for another language.' };
    const left = await settle(phone(6), look);
    expect([left.status, left.body]).toEqual([200, { settled: true, closed: false }]);
    expect(await subscription('flo')).toMatchObject({ status: 'subscribed' });
    expect((await world.history('user_id:flo', 'consent')).at(-1)).toMatchObject({
      from: 'subscribed',
      to: 'subscribed',
      actor: 'Eva',
      reason: 'reviewed',
      note: look.note,
    });

    const closed = await jornada('settle', phone(7), '--note', 'Wants out', '--by', 'Eva', '--stop');
    expect(closed).toMatchObject({ exitCode: 0, out: expect.stringContaining('The number is closed') });
    expect(await subscription('gil')).toMatchObject({
      status: 'unsubscribed',
      source: 'operator',
      wording: 'no more sms!',
    });
    expect((await world.history('user_id:gil', 'consent')).at(-2)).toMatchObject({
      from: 'subscribed',
      to: 'unsubscribed',
      source: 'operator',
      actor: 'Eva',
    });
    expect(await texts()).toEqual([]);
    await world.reply(phone(7), 'START');
    expect(await subscription('gil')).toMatchObject({ status: 'subscribed' });
  });
});
