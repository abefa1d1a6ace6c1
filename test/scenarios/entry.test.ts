import { newId } from '../../store/ids';
import { journeys } from '../../workflows/journeys';
import { fixturesPath, oncePerVisit, searchNudge } from './fixtures/journeys';
import { phone, play } from './support/acts';
import { words } from './support/readings';
import { type TestWorld, testWorld } from './support/world';

/** One running stack; the tests go on in time where the one before stopped. */
let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({
    clock: '2026-10-19T12:00:00Z',
    project: { journeys: [...journeys, searchNudge, oncePerVisit] },
    workflowsPath: fixturesPath,
  });
});
afterAll(() => world.end());

const checkIn = (userId: string, visitId: string | number, more: object = {}) => ({
  userId,
  event: 'Visit Checked In',
  properties: { visitId, providerId: 'P7' },
  ...more,
});

/** `status reason` of each change of the journey's enrollments. */
const entries = async (userId: string, journey: string) =>
  (await world.history(`user_id:${userId}`, 'enrollment'))
    .filter((change) => change['journey'] === journey)
    .map((change) => words(change, 'status', 'reason'));

describe('a journey that may be entered once', () => {
  it('refuses the customer who had it, even months later', async () => {
    await world.exactly('2026-10-20T15:00:00Z', async () => {
      await world.subscribe('once', phone(1));
      await world.track('once', 'Account Registered');
    });
    await world.moveTo('2027-02-02T14:00:00Z');
    expect(await world.runs('user_id:once', 'onboarding')).toEqual([
      'onboarding entered @ 2026-10-20T15:00:00Z',
      'onboarding completed @ 2027-01-08T15:00:00Z',
    ]);
    const parts = (await world.sent('user_id:once')).filter((text) => text.startsWith('onboarding'));
    expect(parts).toHaveLength(10);
  });
});

describe('the key of a run', () => {
  it('makes one run of the same visit told twice, and none without it', async () => {
    await world.subscribe('twice', phone(2));
    await world.exactly('2027-02-02T15:00:00Z', () =>
      world.track('twice', 'Visit Checked In', { visitId: 123, providerId: 'P7' }),
    );
    await world.exactly('2027-02-02T15:05:00Z', async () => {
      await world.track('twice', 'Visit Checked In', { visitId: '123', providerId: 'P7' });
      await world.track('twice', 'Provider Searched', { specialty: 'dental' });
    });
    expect(await world.runs('user_id:twice')).toEqual([
      'flash-reward entered @ 2027-02-02T15:00:00Z',
      'flash-reward refused already_open @ 2027-02-02T15:05:00Z',
      'search-nudge refused key_missing @ 2027-02-02T15:05:00Z',
    ]);
    expect(await world.sent('user_id:twice')).toEqual(['flash-reward @ 2027-02-02T15:00:00Z']);
    const names = (await world.history('user_id:twice', 'event')).map(({ name }) => name);
    expect(names).toContain('Provider Searched');
  });

  const long = 'x'.repeat(300);
  it.each([
    [123, '123', true],
    [123, '0123', false],
    ['A1', 'a1', false],
    ['A1', ' A1', false],
    [1.0, '1', true],
    [0.5, '0.5', true],
    [1e21, '1e+21', true],
    [-7, '-7', true],
    ['consulta nº 7', 'consulta nº 7', true],
    ['診察-7', '診察-7', true],
    ['caf\u00e9', 'cafe\u0301', false],
    [`${long}a`, `${long}a`, true],
    [`${long}a`, `${long}b`, false],
  ])('compares as text: %j and %j', async (one, other, same) => {
    const userId = newId();
    const { status } = await world.post('/v1/batch', {
      batch: [one, other].map((visitId) => ({ type: 'track', ...checkIn(userId, visitId) })),
    });
    expect(status).toBe(200);
    expect(await entries(userId, 'flash-reward')).toEqual([
      'entered',
      same ? 'refused already_open' : 'entered',
    ]);
  });

  it('is missing when it is empty', async () => {
    const userId = newId();
    await world.track(userId, 'Provider Searched', { searchId: '' });
    await world.track(userId, 'Provider Searched', { searchId: ' ' });
    await world.track(userId, 'Provider Searched', { searchId: 0 });
    expect(await entries(userId, 'search-nudge')).toEqual(
      expect.arrayContaining(['refused key_missing', 'entered', 'entered']),
    );
  });

  it('is another for another customer', async () => {
    const [one, other] = [newId(), newId()];
    for (const userId of [one, other]) await world.post('/v1/track', checkIn(userId, 'V-same'));
    expect(await entries(one, 'flash-reward')).toEqual(['entered']);
    expect(await entries(other, 'flash-reward')).toEqual(['entered']);
  });
});

describe('first events that race', () => {
  it('enter once, whatever their number and door, and text once', async () => {
    await world.subscribe('racer', phone(3));
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        n % 2
          ? world.post('/v1/track', checkIn('racer', n % 4 === 1 ? 77 : '77'))
          : world.post('/v1/batch', { batch: [{ type: 'track', ...checkIn('racer', '77') }] }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await world.settle();
    const changes = await entries('racer', 'flash-reward');
    expect(changes.sort()).toEqual(['entered', ...Array.from({ length: 39 }, () => 'refused already_open')]);
    expect(await world.messagesTo(phone(3))).toHaveLength(1);
  });

  it('of a customer nobody knew, by phone alone, make one customer and one run', async () => {
    const context = { traits: { phone: phone(4) } };
    const { userId: _, ...anonymous } = checkIn('', '78', { context });
    await Promise.all(Array.from({ length: 40 }, () => world.post('/v1/track', anonymous)));
    const changes = await world.runs(`phone:${phone(4)}`, 'flash-reward');
    expect(changes.filter((change) => change.includes('entered'))).toHaveLength(1);
    expect(changes.filter((change) => change.includes('already_open'))).toHaveLength(39);
  });
});

describe('what a refusal is put down to', () => {
  const recorded = (userId: string, visitId: string, timestamp?: string) =>
    world.post('/v1/track', { userId, event: 'Treatment Recorded', properties: { visitId }, timestamp });

  it('is the first of: key missing, too old, already open, once', async () => {
    const old = '2027-02-02T15:00:00Z';
    await play(world, [
      { at: '2027-02-02T16:00:00Z', does: () => recorded('refused', 'V1') },
      { at: '2027-02-02T16:20:00Z', does: () => recorded('refused', '', old) },
      { at: '2027-02-02T16:21:00Z', does: () => recorded('refused', 'V1', old) },
      { at: '2027-02-02T16:22:00Z', does: () => recorded('refused', 'V1') },
      { at: '2027-02-02T17:30:00Z', does: () => recorded('refused', '', old) },
      { at: '2027-02-02T17:31:00Z', does: () => recorded('refused', 'V1', old) },
      { at: '2027-02-02T17:32:00Z', does: () => recorded('refused', 'V1') },
      { at: '2027-02-02T17:33:00Z', does: () => recorded('refused', 'V2') },
    ]);
    expect(await world.runs('user_id:refused')).toEqual([
      'once-per-visit entered @ 2027-02-02T16:00:00Z',
      'once-per-visit refused key_missing @ 2027-02-02T16:20:00Z',
      'once-per-visit refused too_old @ 2027-02-02T16:21:00Z',
      'once-per-visit refused already_open @ 2027-02-02T16:22:00Z',
      'once-per-visit completed @ 2027-02-02T17:00:00Z',
      'once-per-visit refused key_missing @ 2027-02-02T17:30:00Z',
      'once-per-visit refused too_old @ 2027-02-02T17:31:00Z',
      'once-per-visit refused once @ 2027-02-02T17:32:00Z',
      'once-per-visit entered @ 2027-02-02T17:33:00Z',
    ]);
  });

  it('is age only beyond the limit, by when it happened and not when it was sent', async () => {
    await world.exactly('2027-02-02T18:00:00Z', async () => {
      await recorded('aged', 'at the limit', '2027-02-02T17:45:00.000Z');
      await recorded('aged', 'a millisecond past it', '2027-02-02T17:44:59.999Z');
      await recorded('aged', 'from the future', '2027-02-02T19:44:59.999Z');
    });
    expect(await entries('aged', 'once-per-visit')).toEqual(['entered', 'refused too_old', 'entered']);
  });

  it('is haste until as long after the last run as re-entry asks', async () => {
    const visit = (visitId: string, timestamp?: string) => () =>
      world.post('/v1/track', checkIn('hasty', visitId, { timestamp }));
    await play(world, [
      { at: '2027-02-02T18:10:00Z', does: visit('V1') },
      { at: '2027-02-02T18:20:00Z', does: () => recorded('hasty', 'V1') },
      { at: '2027-02-02T18:49:59Z', does: visit('V1') },
      { at: '2027-02-02T18:50:00Z', does: visit('V2') },
      // Arrived in time, but happened too soon.
      { at: '2027-02-02T18:50:01Z', does: visit('V1', '2027-02-02T18:49:59.999Z') },
      { at: '2027-02-02T18:50:02Z', does: visit('V1', '2027-02-02T18:50:00.000Z') },
    ]);
    expect(await world.runs('user_id:hasty', 'flash-reward')).toEqual([
      'flash-reward entered @ 2027-02-02T18:10:00Z',
      'flash-reward exited exit_event @ 2027-02-02T18:20:00Z',
      'flash-reward refused too_soon @ 2027-02-02T18:49:59Z',
      'flash-reward entered @ 2027-02-02T18:50:00Z',
      'flash-reward refused too_soon @ 2027-02-02T18:50:01Z',
      'flash-reward entered @ 2027-02-02T18:50:02Z',
    ]);
  });
});

describe('a journey that may be entered again at any time', () => {
  it('refuses only while it runs', async () => {
    const view = () => world.track('viewer', 'Feature Viewed', { feature: 'find-provider' });
    await world.subscribe('viewer', phone(5));
    await play(world, [
      { at: '2027-02-02T19:00:00Z', does: view },
      { at: '2027-02-03T00:00:00Z', does: view },
      { at: '2027-02-03T19:00:30Z', does: view },
    ]);
    expect(await world.runs('user_id:viewer')).toEqual([
      'feature-how-to entered @ 2027-02-02T19:00:00Z',
      'feature-how-to refused already_open @ 2027-02-03T00:00:00Z',
      'feature-how-to completed @ 2027-02-03T19:00:00Z',
      'feature-how-to entered @ 2027-02-03T19:00:30Z',
    ]);
    expect(await world.sent('user_id:viewer')).toEqual(['feature-how-to @ 2027-02-03T19:00:00Z']);
  });
});

describe('an event that journeys wait for, end by or aim at', () => {
  it('starts none', async () => {
    const properties = { feature: 'find-provider', offerId: 'O1', appointmentId: 'A1' };
    for (const event of ['Feature Adopted', 'Offer Redeemed', 'Appointment Canceled']) {
      await world.track('bystander', event, properties);
    }
    expect(await world.runs('user_id:bystander')).toEqual([]);
  });
});

describe('two appointments of which one is canceled', () => {
  it('end and remind apart', async () => {
    await world.subscribe('planner', phone(6));
    const booked = (appointmentId: string, startsAt: string) =>
      world.track('planner', 'Appointment Booked', { appointmentId, startsAt });
    await play(world, [
      {
        at: '2027-02-25T16:00:00Z',
        does: async () => {
          await booked('A1', '2027-03-02T15:00:00Z');
          await booked('A2', '2027-03-04T15:00:00Z');
        },
      },
      {
        at: '2027-02-26T16:00:00Z',
        does: () => world.track('planner', 'Appointment Canceled', { appointmentId: 'A1' }),
      },
    ]);
    await world.moveTo('2027-03-05T00:00:00Z');
    expect(await world.sent('user_id:planner')).toEqual([
      'appointment-confirmation @ 2027-02-25T16:00:00Z',
      'appointment-confirmation @ 2027-02-25T16:00:00Z',
      'appointment-reminder @ 2027-03-03T15:00:00Z',
    ]);
    const changes = (await world.history('user_id:planner', 'enrollment')).map(
      (change) => `${words(change, 'key', 'status', 'reason')} @ ${change.at}`,
    );
    expect(changes).toEqual([
      'A1 entered @ 2027-02-25T16:00:00.000Z',
      'A2 entered @ 2027-02-25T16:00:00.000Z',
      'A1 exited exit_event @ 2027-02-26T16:00:00.000Z',
      'A2 completed @ 2027-03-03T15:00:00.000Z',
    ]);
  });

  it('may not be booked again under the same number', async () => {
    const properties = { appointmentId: 'A1', startsAt: '2027-04-04T15:00:00Z' };
    await world.track('planner', 'Appointment Booked', properties);
    expect((await world.runs('user_id:planner')).at(-1)).toMatch('appointment-care refused once');
  });
});

describe('a customer of whom we hear late', () => {
  it('enters what belongs to a stage that is over, and leaves it before a word is said', async () => {
    await world.subscribe('latecomer', phone(7));
    const event = { userId: 'latecomer', event: 'Account Registered', timestamp: '2026-11-01T12:00:00Z' };
    await world.post('/v1/track', event);
    await world.settle();
    const changes = await entries('latecomer', 'onboarding');
    expect(changes).toEqual(['entered', 'exited stage_ended']);
    const texts = await world.sent('user_id:latecomer');
    expect(texts.filter((text) => text.startsWith('onboarding'))).toEqual([]);
  });
});

describe('months later', () => {
  it('registering again is refused to who was welcomed before', async () => {
    await world.exactly('2027-05-03T15:00:00Z', () => world.track('once', 'Account Registered'));
    expect((await world.runs('user_id:once', 'onboarding')).at(-1)).toBe(
      'onboarding refused once @ 2027-05-03T15:00:00Z',
    );
  });
});
