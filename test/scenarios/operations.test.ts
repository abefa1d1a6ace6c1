import { type SendingWorld, sendingWorld } from './support/sending';
import { eventually } from '../support/eventually';

let world: SendingWorld | undefined;
afterEach(async () => {
  await world?.end();
  world = undefined;
});

/** A world whose clock begins a little before three in the afternoon, UTC. */
async function open(clock = '2027-02-02T14:50:00Z'): Promise<SendingWorld> {
  world = await sendingWorld({ clock });
  return world;
}

const posted = async (at: SendingWorld, path: string, body?: object) => {
  const answer = await at.call('POST', path, body);
  expect(answer.status).toBe(200);
  return answer.body;
};

interface Journeys {
  readonly items: readonly { readonly journey: string; readonly waitingSends: number }[];
}
async function journeyShown(at: SendingWorld, journey: string) {
  const { body } = await at.call<Journeys>('GET', '/api/journeys');
  return body.items.find((item) => item.journey === journey);
}

describe('a journey that is paused', () => {
  it('refuses entries and holds its sends before the gate; waits keep their times; resumed, the gate is asked', async () => {
    const at = await open();
    for (const userId of ['ada', 'bo']) await at.subscriber(userId);
    await at.exactly('2027-02-02T15:00:00Z', () => at.enter('ada', 'moment'));

    await at.exactly('2027-02-02T15:10:00Z', async () => {
      const turn = { by: 'Ana', note: 'the text is wrong' };
      expect(await posted(at, '/api/journeys/twice-moment/pause', turn)).toMatchObject({
        state: 'paused',
        changed: true,
      });
      expect(await posted(at, '/api/journeys/twice-moment/pause')).toMatchObject({ changed: false });
      await at.enter('bo', 'moment');
    });
    expect(await at.runs('user_id:bo')).toEqual(['twice-moment refused paused @ 2027-02-02T15:10:00Z']);

    // Its second send is due at 15:00 on the third.
    await at.restart();
    await at.moveTo('2027-02-05T03:00:00Z');
    expect(await at.verdicts('ada')).toEqual(['send 15:00:00']);
    expect(await at.lives('ada')).toHaveLength(1);
    expect(await journeyShown(at, 'twice-moment')).toMatchObject({
      state: 'paused',
      held: {
        since: '2027-02-02T15:10:00.000Z',
        by: 'Ana',
        reason: 'operator',
        note: 'the text is wrong',
      },
      waitingSends: 1,
      open: 1,
    });

    // Ten in the evening in New York.
    await at.exactly('2027-02-05T03:01:00Z', () => posted(at, '/api/journeys/twice-moment/resume'));
    expect(await at.verdicts('ada')).toEqual(['send 15:00:00', 'deferred(quiet_hours) 03:01:00']);
    await at.moveTo('2027-02-05T13:30:00Z');
    expect((await at.sent('user_id:ada')).at(-1)).toBe('reactivation-2 @ 2027-02-05T13:00:00Z');
    expect(await at.answers('ada')).toEqual(['first sent', 'second sent']);
    expect(await journeyShown(at, 'twice-moment')).toMatchObject({ state: 'running', waitingSends: 0 });
  });

  it('can still be stopped; one that is stopped, or that there is not, cannot be paused', async () => {
    const at = await open();
    await at.subscriber('ada');
    await at.exactly('2027-02-02T15:00:00Z', () => at.enter('ada', 'moment'));
    await at.moveTo('2027-02-02T16:00:00Z');
    await posted(at, '/api/journeys/twice-moment/pause');
    await at.moveTo('2027-02-04T16:00:00Z');
    await posted(at, '/api/journeys/twice-moment/stop');
    await at.settle();
    expect((await at.runs('user_id:ada')).at(-1)).toMatch(
      /^twice-moment exited stopped @ 2027-02-04T16:00:0/,
    );
    expect((await at.call('POST', '/api/journeys/twice-moment/pause')).body).toMatchObject({
      error: { code: 'journey_stopped' },
    });
    const unknown = await at.call('POST', '/api/journeys/no-such/pause');
    expect([unknown.status, unknown.body]).toMatchObject([404, { error: { code: 'journey_not_found' } }]);
  });
});

describe('a journey that is stopped', () => {
  it('ends its open runs, leaves no timer of theirs, and takes no entries until it is resumed', async () => {
    const at = await open();
    for (const userId of ['ada', 'bo']) await at.subscriber(userId);
    await at.exactly('2027-02-02T15:00:00Z', () => at.enter('ada', 'marketing'));
    await at.exactly('2027-02-02T16:00:00Z', async () => {
      await posted(at, '/api/journeys/twice-marketing/stop', { by: 'Ana' });
      await at.enter('bo', 'marketing');
    });
    expect(await at.runs('user_id:ada')).toEqual([
      'twice-marketing entered @ 2027-02-02T15:00:00Z',
      'twice-marketing exited stopped @ 2027-02-02T16:00:00Z',
    ]);
    expect(await at.runs('user_id:bo')).toEqual(['twice-marketing refused paused @ 2027-02-02T16:00:00Z']);

    await posted(at, '/api/journeys/twice-marketing/resume');
    await at.exactly('2027-02-04T15:00:00Z', () => at.enter('bo', 'marketing'));
    expect((await at.runs('user_id:bo')).at(-1)).toBe('twice-marketing entered @ 2027-02-04T15:00:00Z');
    expect(await at.sent('user_id:ada')).toHaveLength(1);
  });
});

describe('the kill switch', () => {
  it('holds every create call, also the second of one that is unknown and one that Twilio asked to wait for', async () => {
    const at = await open();
    const { twilio } = at;
    const limited = await at.subscriber('limited');
    await twilio.fault({ fault: 'rate_limited', retryAfter: 90, to: limited });
    const lost = await at.subscriber('lost');
    await twilio.fault({ fault: 'reset_before_accept', to: lost });
    const late = await at.subscriber('late');
    await at.exactly('2027-02-02T15:00:00Z', async () => {
      await at.enter('limited', 'care');
      await at.enter('lost', 'care');
    });
    await at.exactly('2027-02-02T15:01:00Z', async () => {
      expect(await posted(at, '/api/sends/halt', { by: 'Ana' })).toMatchObject({
        state: 'halted',
        changed: true,
      });
      await at.enter('late', 'care');
    });
    await at.moveTo('2027-02-02T21:00:00Z');
    expect((await at.call('GET', '/api/journeys')).body).toMatchObject({
      sending: { state: 'halted', held: { by: 'Ana' } },
    });
    for (const phone of [limited, lost, late]) expect(await twilio.accepted(phone)).toEqual([]);
    expect(await at.lives('late')).toEqual([]);

    await at.exactly('2027-02-02T22:00:00Z', () => posted(at, '/api/sends/resume'));
    await at.moveTo('2027-02-02T22:10:00Z');
    for (const userId of ['limited', 'lost', 'late']) {
      expect([userId, (await at.sent(`user_id:${userId}`)).map((sent) => sent.slice(0, -4))]).toEqual([
        userId,
        ['reactivation-1 @ 2027-02-02T22:00'],
      ]);
    }
    for (const phone of [limited, lost, late]) expect(await twilio.accepted(phone)).toHaveLength(1);
  });

  it('lets Twilio see no create later than five seconds after it, under load, and loses nothing', async () => {
    const at = await open();
    const phones = Array.from({ length: 80 }, (_, n) => `+1917555${String(n).padStart(4, '0')}`);
    for (const phone of phones) {
      at.segment.identify({
        userId: phone,
        traits: { phone },
        context: { messaging_subscriptions: [{ key: phone, type: 'SMS', status: 'SUBSCRIBED' }] },
      });
    }
    await at.flush();
    const enter = async (some: readonly string[]) => {
      for (const userId of some) {
        at.segment.track({
          userId,
          event: 'Visit Checked In',
          properties: { visitId: 'V1', providerId: 'P1' },
        });
      }
      await at.flush();
    };
    const texts = async () => {
      const path = '/sandbox/messages?direction=outbound&limit=1000';
      const { body } = await at.call<{ items: { to: string }[] }>('GET', path);
      return body.items.map(({ to }) => to);
    };
    const inAll = async () => (await texts()).length;
    const waiting = async () => (await journeyShown(at, 'twice-moment'))?.waitingSends ?? 0;

    const patient = { timeout: 60_000, interval: 100 };

    await enter(phones.slice(0, 40));
    await eventually(async () => (await inAll()) > 0, patient);
    await posted(at, '/api/sends/halt');
    const haltedAt = Date.now();
    await enter(phones.slice(40));
    await eventually(() => Date.now() - haltedAt > 5_000, patient);
    const sentByThen = await inAll();
    await at.settle();
    expect(await inAll()).toBe(sentByThen);
    expect(await waiting()).toBe(phones.length - sentByThen);
    expect(sentByThen).toBeLessThanOrEqual(40);

    await posted(at, '/api/sends/resume');
    await at.settle();
    expect((await texts()).sort()).toEqual(phones);
  }, 180_000);
});

describe('a launch', () => {
  it('enters an audience; above ten times the last it waits for approval; the switch holds what it sends', async () => {
    const at = await open();
    const search = async (userIds: readonly string[]) => {
      for (const userId of userIds) {
        await at.subscriber(userId);
        await at.happens(userId, 'Provider Searched');
      }
    };
    const launch = (act = '') => posted(at, `/api/journeys/autumn-offer/launch${act}`, { by: 'Ana' });
    const texts = async () => {
      const { body } = await at.call<{ items: { status: string }[] }>(
        'GET',
        '/api/sends?journey=autumn-offer',
      );
      return body.items.length;
    };
    await search(['ada', 'bo']);
    await at.moveTo('2027-02-04T16:00:00Z');
    expect(await launch()).toMatchObject({ status: 'running', expected: 2 });
    await at.settle();
    const done = await at.call('GET', '/api/journeys/autumn-offer/launch');
    expect(done.body).toMatchObject({ status: 'done', entered: 2, refused: 0 });
    expect(await at.runs('user_id:ada', 'autumn-offer')).toEqual([
      expect.stringMatching(/^autumn-offer entered @ 2027-02-04T16:00/),
      expect.stringMatching(/^autumn-offer completed @ 2027-02-04T16:00/),
    ]);
    expect(await texts()).toBe(2);

    const crowd = Array.from({ length: 21 }, (_, n) => `u${n}`);
    await search(crowd);
    // Ten in the evening in New York.
    await at.moveTo('2027-02-07T03:00:00Z');
    const estimate = await at.call('GET', '/api/journeys/autumn-offer/estimate');
    expect(estimate.body).toMatchObject({
      expected: 21,
      lastEntered: 2,
      held: true,
      message: 'reactivation-1',
      gate: { asked: 21, of: 21, verdicts: { 'deferred(quiet_hours)': 21 } },
    });
    expect(await launch()).toMatchObject({ status: 'held', expected: 21 });
    await at.moveTo('2027-02-07T04:00:00Z');
    expect(await launch()).toMatchObject({ status: 'held', entered: 0 });
    expect(await at.runs('user_id:u0', 'autumn-offer')).toEqual([]);
    expect(await launch('/approve')).toMatchObject({ status: 'running', approvedBy: 'Ana' });
    await at.settle();
    expect(await at.runs('user_id:u0', 'autumn-offer')).toHaveLength(1);

    await posted(at, '/api/sends/halt');
    await at.moveTo('2027-02-07T15:00:00Z');
    expect(await texts()).toBe(2);
    expect(await journeyShown(at, 'autumn-offer')).toMatchObject({ waitingSends: 21, open: 21 });
    await posted(at, '/api/sends/resume');
    await at.settle();
    expect(await texts()).toBe(23);

    const other = await at.call('POST', '/api/journeys/twice-care/launch', {});
    expect([other.status, other.body]).toMatchObject([409, { error: { code: 'not_launchable' } }]);
  }, 120_000);
});
