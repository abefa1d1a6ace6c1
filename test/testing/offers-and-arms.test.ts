import { days, journey, minutes } from 'jornada';
import { testJourneys } from 'jornada/testing';
import * as catalog from '../../catalog';
import { flashReward } from '../../workflows/flash-reward/v1';
import { providerOffer } from '../../workflows/provider-offer/v1';

const visit = (visitId: string) => ({ visitId, providerId: 'P7' });

describe('an offer', () => {
  const about = { catalog, journeys: [flashReward], at: '2027-02-02T15:00:00Z' };

  it('is the customer’s from the grant, is redeemed by its event, and stays so', async () => {
    const t = testJourneys(about);
    const bruno = await t.customer('bruno');
    expect(bruno).not.toHaveOffer('flash-reward');
    await bruno.does('Visit Checked In', visit('V1'));
    expect(bruno).toHaveOffer('flash-reward', { status: 'granted', expiresAt: '2027-02-02T17:00:00Z' });

    await bruno.does('Offer Redeemed', { offerId: bruno.offer('flash-reward').offerId });
    expect(bruno).toHaveOffer('flash-reward', { status: 'redeemed' });
    await t.advance(days(1));
    expect(bruno).toHaveOffer('flash-reward', { status: 'redeemed' });
  });

  it('expires in the instant of its end', async () => {
    const t = testJourneys(about);
    const bruno = await t.customer('bruno');
    await bruno.does('Visit Checked In', visit('V1'));
    await t.advance(minutes(119));
    expect(bruno).toHaveOffer('flash-reward', { status: 'granted' });
    await t.advance(minutes(1));
    expect(bruno).toHaveOffer('flash-reward', { status: 'expired' });
  });

  it('is redeemed by nobody else', async () => {
    const t = testJourneys(about);
    const bruno = await t.customer('bruno');
    const ana = await t.customer('ana');
    await bruno.does('Visit Checked In', visit('V1'));
    await ana.does('Offer Redeemed', { offerId: bruno.offer('flash-reward').offerId });
    expect(bruno).toHaveOffer('flash-reward', { status: 'granted' });
    expect(() => ana.offer('flash-reward')).toThrow('ana was granted no offer flash-reward.');
  });

  it('with a unique code is theirs once the code has been sent', async () => {
    const t = testJourneys({ ...about, journeys: [providerOffer], codes: { 'provider-offer': ['K7QM'] } });
    const ana = await t.customer('ana');
    t.halt();
    expect(await t.launch('provider-offer', ana)).toEqual({ entered: 1, refused: 0 });
    expect(ana).not.toHaveOffer('provider-offer');
    await t.resumeSends();
    expect(ana.offer('provider-offer')).toMatchObject({ code: 'K7QM', status: 'granted' });
    expect(ana).toHaveSent('provider-offer', { body: 'K7QM' });
  });
});

describe('a customer whose arms are given', () => {
  const tested = journey(
    'tested',
    {
      version: 1,
      purpose: 'marketing',
      enter: { on: 'Feature Viewed' },
      reentry: 'always',
      holdout: { percent: 50 },
    },
    async (j) => {
      const arm = await j.experiment('subject', { plain: 50, playful: 50 });
      await j.grantOffer('reactivation-gift', { expiresIn: days(1) });
      await j.send(arm === 'plain' ? 'onboarding-2' : 'onboarding-3');
      await j.outcome('arm', arm);
    },
  );
  const feature = { feature: 'search' };
  const workspace = { ...catalog.workspace, holdout: { percent: 50 } };
  const about = { catalog: { ...catalog, workspace }, journeys: [tested], at: '2027-02-02T15:00:00Z' };
  const inTreatment = { '*': 'treatment', tested: 'treatment' };

  it.each([
    ['plain', 'onboarding-2'],
    ['playful', 'onboarding-3'],
  ] as const)('goes the way of %s', async (arm, message) => {
    const t = testJourneys(about);
    const ana = await t.customer('ana', { arms: { ...inTreatment, 'tested/subject': arm } });
    await ana.does('Feature Viewed', feature);
    expect(ana).toHaveSentExactly([message]);
    expect(ana).toHaveOutcome('arm', { value: arm });
  });

  it.each(['*', 'tested'])('is sent nothing in the control group of %s', async (holdout) => {
    const t = testJourneys(about);
    const ana = await t.customer('ana', { arms: { ...inTreatment, [holdout]: 'control' } });
    await ana.does('Feature Viewed', feature);
    expect(ana).toHaveSentNothing();
    expect(ana.timeline('decision').map(({ reason }) => reason)).toEqual(['holdout']);
  });

  it('is shown no offer while held out, of all or of the journey', async () => {
    const t = testJourneys(about);
    const held = await t.customer('held', { arms: { '*': 'control' } });
    const control = await t.customer('control', { arms: { '*': 'treatment', tested: 'control' } });
    const treated = await t.customer('treated', { arms: inTreatment });
    for (const one of [held, control, treated]) await one.does('Feature Viewed', feature);
    expect([...held.offers, ...control.offers]).toEqual([]);
    expect(treated).toHaveOffer('reactivation-gift');
  });

  it('walks by the split where the journey has done away with the arm', async () => {
    const t = testJourneys(about);
    const ana = await t.customer('ana', { arms: { ...inTreatment, 'tested/subject': 'gone' } });
    await ana.does('Feature Viewed', feature);
    expect(ana.timeline('outcome').map(({ value }) => value)).toEqual([
      expect.stringMatching(/^(plain|playful)$/),
    ]);
  });
});
