import { days, hours, journey, minutes } from 'jornada';
import { audience } from 'jornada/catalog';
import { mishaps, testJourneys, twilio } from 'jornada/testing';
import * as catalog from '../../catalog';
import { appointmentCare } from '../../workflows/appointment-care/v1';
import { flashReward } from '../../workflows/flash-reward/v1';

const visit = (visitId: string) => ({ visitId, providerId: 'P7' });
const appointment = { appointmentId: 'A1', startsAt: '2027-03-02T15:00:00.000Z' };
const about = { catalog, journeys: [flashReward, appointmentCare], at: '2027-02-02T15:00:00Z' };

describe('a journey that is paused', () => {
  it('refuses entries; its runs wait on, and what they would send goes out when it is resumed', async () => {
    const t = testJourneys(about);
    const bruno = await t.customer('bruno');
    await bruno.does('Visit Checked In', visit('V1'));
    t.pause('flash-reward');
    await bruno.does('Visit Checked In', visit('V2'));
    await t.advance(minutes(100));
    expect(bruno).toHaveBeenRefused('flash-reward', 'paused');
    expect(bruno).toHaveSentExactly(['flash-reward']);

    await t.resume('flash-reward');
    expect(bruno).toHaveSent('flash-reward-reminder', { at: '2027-02-02T16:40:00Z', times: 1 });
    expect(bruno).toHaveEnded('completed', { at: '2027-02-02T16:40:00Z' });
  });

  it('holds no other journey', async () => {
    const t = testJourneys(about);
    const bruno = await t.customer('bruno');
    t.pause('flash-reward');
    await bruno.does('Appointment Booked', appointment);
    expect(bruno).toHaveSent('appointment-confirmation');
  });

  it('ends runs by their goals meanwhile, and sends nothing of theirs when it is resumed', async () => {
    const t = testJourneys(about);
    const bruno = await t.customer('bruno');
    t.pause('appointment-care');
    await t.resume('appointment-care');
    await bruno.does('Visit Checked In', visit('V1'));
    t.pause('flash-reward');
    await t.advance(minutes(95));
    await bruno.does('Offer Redeemed', { offerId: bruno.offer('flash-reward').offerId });
    await t.resume('flash-reward');
    expect(bruno).toHaveSentExactly(['flash-reward']);
    expect(bruno).toHaveEnded('goal', { at: '2027-02-02T16:35:00Z' });
  });

  it('keeps a second try for what was unknown until it is resumed', async () => {
    const t = testJourneys(about);
    const bruno = await t.customer('bruno');
    t.twilio('appointment-confirmation', twilio.timesOut({ sent: false }));
    await bruno.does('Appointment Booked', appointment);
    t.pause('appointment-care');
    await t.advance(hours(2));
    expect(bruno).toHaveSentNothing();
    await t.resume('appointment-care');
    expect(bruno).toHaveSent('appointment-confirmation', { at: '2027-02-02T17:00:00Z' });
  });

  it('may not be paused once it is stopped, or where there is none of the name', async () => {
    const t = testJourneys(about);
    await t.stop('flash-reward');
    expect(() => t.pause('flash-reward')).toThrow('resume it before you pause it');
    expect(() => t.pause('flash-rewards')).toThrow('There is no journey flash-rewards.');
    await expect(t.stop('flash-rewards')).rejects.toThrow('There is no journey flash-rewards.');
  });
});

describe('a journey that is stopped', () => {
  it('is over for all, takes nobody, and takes them again when it is resumed', async () => {
    const t = testJourneys(about);
    const bruno = await t.customer('bruno');
    await bruno.does('Visit Checked In', visit('V1'));
    await t.advance(minutes(10));
    await t.stop('flash-reward');
    expect(bruno).toHaveEnded('stopped', { at: '2027-02-02T15:10:00Z' });

    await bruno.does('Visit Checked In', visit('V2'));
    await t.advance(days(1));
    expect(bruno).toHaveBeenRefused('flash-reward', 'paused');
    expect(bruno).toHaveSentExactly(['flash-reward']);

    await t.resume('flash-reward');
    await bruno.does('Visit Checked In', visit('V3'));
    expect(bruno).toHaveSent('flash-reward', { times: 2 });
  });

  it('sends nothing that a pause had held', async () => {
    const t = testJourneys(about);
    const bruno = await t.customer('bruno');
    await bruno.does('Visit Checked In', visit('V1'));
    t.pause('flash-reward');
    await t.advance(minutes(95));
    await t.stop('flash-reward');
    await t.resume('flash-reward');
    expect(bruno).toHaveSentExactly(['flash-reward']);
  });
});

it('holds all sends of all journeys while sending is halted, those of paused ones longer', async () => {
  const t = testJourneys(about);
  const bruno = await t.customer('bruno');
  t.halt();
  await bruno.does('Visit Checked In', visit('V1'));
  await bruno.does('Appointment Booked', appointment);
  expect(bruno).toHaveEntered('flash-reward');
  t.pause('appointment-care');
  await t.advance(minutes(5));
  expect(bruno).toHaveSentNothing();

  await t.resumeSends();
  expect(bruno).toHaveSentExactly(['flash-reward @ 2027-02-02T15:05:00Z']);
  await t.resume('appointment-care');
  expect(bruno).toHaveSent('appointment-confirmation');
});

describe('a launch', () => {
  const providerOffer = journey(
    'provider-offer',
    {
      version: 1,
      purpose: 'marketing',
      enter: { audience: 'searched-without-redeeming' },
      reentry: { after: days(10) },
      exit: { on: 'Offer Redeemed' },
    },
    async (j, { audience: name }) => {
      await j.outcome('audience', name);
      await j.send('reactivation-1');
      await j.wait(days(2));
    },
  );
  const launching = { ...about, journeys: [providerOffer, flashReward] };

  it('enters those who are in the audience, and nobody else', async () => {
    const t = testJourneys(launching);
    const ana = await t.customer('ana');
    const bo = await t.customer('bo');
    await ana.does('Provider Searched', { specialty: 'dental' });
    await bo.does('Provider Searched');
    await bo.does('Offer Redeemed', { offerId: 'O1' });
    await t.advance(days(1));
    expect(await t.launch('provider-offer')).toEqual({ entered: 1, refused: 0 });
    expect(ana).toHaveDone('Audience Entered');
    expect(ana).toHaveSentExactly(['reactivation-1 @ 2027-02-03T15:00:00Z']);
    expect(ana).toHaveOutcome('audience', { value: 'searched-without-redeeming' });
    expect(bo).toHaveSentNothing();
  });

  it('enters once a crossing, and by the rules of entry', async () => {
    const t = testJourneys(launching);
    const ana = await t.customer('ana');
    await ana.does('Provider Searched');
    await t.launch('provider-offer');
    await t.advance(days(4));
    expect(await t.launch('provider-offer')).toEqual({ entered: 0, refused: 0 });
    // Out of the audience after thirty days, and in it again.
    await t.advance(days(26));
    expect(await t.launch('provider-offer')).toEqual({ entered: 0, refused: 0 });
    await ana.does('Provider Searched');
    expect(await t.launch('provider-offer')).toEqual({ entered: 1, refused: 0 });
    expect(ana).toHaveEntered('provider-offer', { times: 2 });
  });

  it('judges traits, stages, counts and consent', async () => {
    const { audiences } = catalog;
    const picky = audience({
      all: [
        { trait: 'plan', in: ['plus'] },
        { trait: 'points', known: true },
        { stage: ['none'] },
        { did: 'App Opened', times: 2, within: days(7) },
        { subscribedTo: 'sms' },
      ],
    });
    const t = testJourneys({
      ...launching,
      catalog: { ...catalog, audiences: { ...audiences, 'searched-without-redeeming': picky } },
    });
    const like = { traits: { plan: 'plus', points: 3 } } as const;
    const people = {
      in: await t.customer('in', like),
      otherPlan: await t.customer('other', { traits: { plan: 'basic', points: 3 } }),
      noPoints: await t.customer('no points', { traits: { plan: 'plus' } }),
      new: await t.customer('new', like),
      once: await t.customer('once', like),
      stopped: await t.customer('stopped', like),
    };
    for (const [name, one] of Object.entries(people)) {
      await one.does('App Opened');
      if (name !== 'once') await one.does('App Opened');
    }
    await people.new.does('Account Registered');
    people.stopped.texts('STOP');
    expect(await t.launch('provider-offer')).toEqual({ entered: 1, refused: 0 });
    expect(people.in).toHaveEntered('provider-offer');
  });

  it('enters those who are named, in the audience or not', async () => {
    const t = testJourneys(launching);
    const ana = await t.customer('ana');
    const bo = await t.customer('bo');
    expect(await t.launch('provider-offer', ana)).toEqual({ entered: 1, refused: 0 });
    expect(await t.launch('provider-offer', ana)).toEqual({ entered: 0, refused: 1 });
    expect(ana).toHaveBeenRefused('provider-offer', 'already_open');
    expect(bo).toHaveSentNothing();
  });

  it('is refused for a journey that is paused, or is entered by an event, or is none', async () => {
    const t = testJourneys(launching);
    await expect(t.launch('flash-reward')).rejects.toThrow('is entered by an event');
    await expect(t.launch('nothing')).rejects.toThrow('There is no journey nothing.');
    t.pause('provider-offer');
    await expect(t.launch('provider-offer')).rejects.toThrow('takes no entries: resume it first');
  });
});

describe('a release', () => {
  const base = {
    purpose: 'transactional',
    enter: { on: 'Feature Viewed', key: 'feature' },
    reentry: 'always',
  } as const;
  const first = journey('series', { ...base, version: 1 }, async (j) => {
    await j.send('onboarding-1');
    await j.wait(days(2), { name: 'pause' });
    await j.send('onboarding-2');
    await j.wait(days(2));
    await j.outcome('version', 1);
  });
  const second = journey(
    'series',
    {
      ...base,
      version: 2,
      migrations: [{ from: 1, at: 'pause', resumeAt: 'rest' }],
      listens: ['App Opened'],
    },
    async (j) => {
      await j.send('onboarding-1');
      await j.send('onboarding-4');
      await j.wait(days(3), { name: 'rest' });
      const opened = await j.waitFor('App Opened', { timeout: hours(1), lookback: days(9) });
      await j.send(opened.ok ? 'onboarding-5' : 'onboarding-6');
      await j.outcome('version', 2);
    },
  );
  const begin = { catalog, journeys: [first], at: '2027-02-02T15:00:00Z' };

  it.each([
    ['a calm day', {}],
    ['a day on which workers die', { mishaps: mishaps(5) }],
  ])('takes over the runs that sleep at the named wait, which do nothing twice, on %s', async (_, more) => {
    const t = testJourneys({ ...begin, ...more });
    const ana = await t.customer('ana');
    await ana.does('Feature Viewed', { feature: 'search' });
    await ana.does('App Opened');
    await t.advance(days(1));
    await t.release(second);
    await t.advance(days(9));
    expect(ana).toHaveSentExactly([
      'onboarding-1 @ 2027-02-02T15:00:00Z',
      'onboarding-5 @ 2027-02-05T15:00:00Z',
    ]);
    expect(ana).toHaveOutcome('version', { value: 2 });
  });

  it('leaves the others in the version that they entered, and takes new ones', async () => {
    const t = testJourneys(begin);
    const ana = await t.customer('ana');
    const bo = await t.customer('bo');
    await ana.does('Feature Viewed', { feature: 'search' });
    await t.advance(days(3));
    await t.release(second);
    await bo.does('Feature Viewed', { feature: 'search' });
    await t.advance(days(9));
    expect(ana).toHaveSentExactly(['onboarding-1', 'onboarding-2']);
    expect(ana).toHaveOutcome('version', { value: 1 });
    expect(bo).toHaveSentExactly(['onboarding-1', 'onboarding-4', 'onboarding-6']);
  });

  it('may not change a version that runs', async () => {
    const t = testJourneys(begin);
    await expect(t.release(first)).rejects.toThrow('series v1 runs already');
  });
});
