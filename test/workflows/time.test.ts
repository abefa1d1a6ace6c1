import { Stage } from './support/stage';

describe('waiting for a time', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage.close());

  /** Ten parts, registered at 18:40 on 26 October in Los Angeles. */
  const registered = {
    at: '2027-10-27T01:40:00Z',
    event: 'Account Registered',
    zone: 'America/Los_Angeles',
  };

  it('ten parts of onboarding come at 10:00 where the customer is, through the change of clocks', async () => {
    const run = await stage.enter('onboarding', registered);
    await run.travel('2028-01-25T00:00:00Z');
    expect(run.entry.sent).toEqual([
      'onboarding-1 @ 2027-10-27T01:40:00Z',
      'onboarding-2 @ 2027-10-28T17:00:00Z',
      'onboarding-3 @ 2027-10-31T17:00:00Z',
      'onboarding-4 @ 2027-11-04T17:00:00Z',
      'onboarding-5 @ 2027-11-09T18:00:00Z',
      'onboarding-6 @ 2027-11-16T18:00:00Z',
      'onboarding-7 @ 2027-11-25T18:00:00Z',
      'onboarding-8 @ 2027-12-10T18:00:00Z',
      'onboarding-9 @ 2027-12-25T18:00:00Z',
      'onboarding-10 @ 2028-01-14T18:00:00Z',
    ]);
    expect(await run.result()).toEqual({ status: 'completed' });
  });

  it('a part is reckoned anew when the customer moves', async () => {
    const run = await stage.enter('onboarding', registered);
    await run.travel('2027-11-07T18:00:00Z');
    await run.moveTo('America/New_York');
    await run.travel('2027-11-09T15:00:00Z');
    expect(run.entry.sent.at(-1)).toBe('onboarding-5 @ 2027-11-09T15:00:00Z');
  });

  it('a part whose time is past where the customer has moved to comes at once', async () => {
    const run = await stage.enter('onboarding', registered);
    await run.travel('2027-10-28T15:00:00Z');
    await run.moveTo('America/Sao_Paulo');
    expect(run.entry.sent.at(-1)).toBe('onboarding-2 @ 2027-10-28T15:00:00Z');
  });

  it('what is learned is not taught', async () => {
    const run = await stage.enter('onboarding', registered);
    await run.travel('2027-11-03T20:00:00Z');
    await run.event('Feature Adopted', { feature: 'find-provider' }, '2027-11-03T20:00:00Z');
    await run.travel('2027-11-09T18:00:00Z');
    expect(run.entry.sent.slice(-2)).toEqual([
      'onboarding-3 @ 2027-10-31T17:00:00Z',
      'onboarding-5 @ 2027-11-09T18:00:00Z',
    ]);
  });

  it('what was learned before registration is not taught either', async () => {
    const run = await stage.enter('onboarding', {
      ...registered,
      before: [
        { name: 'Feature Adopted', at: '2027-09-01T12:00:00Z', properties: { feature: 'find-provider' } },
      ],
    });
    await run.travel('2027-11-09T18:00:00Z');
    expect(run.entry.sent).toHaveLength(4);
    expect(run.entry.sent.at(-1)).toBe('onboarding-5 @ 2027-11-09T18:00:00Z');
  });

  it('a part held back past the day of the next leaves that one out', async () => {
    const run = await stage.enter('onboarding', registered);
    const until = Date.parse('2027-11-01T18:00:00Z');
    run.entry.answers.push({ status: 'deferred', reason: 'locked', until });
    await run.travel('2027-11-04T17:00:00Z');
    expect(run.entry.sent).toEqual([
      'onboarding-1 @ 2027-10-27T01:40:00Z',
      'onboarding-2 @ 2027-11-01T18:00:00Z',
      'onboarding-4 @ 2027-11-04T17:00:00Z',
    ]);
  });

  it('three days are calendar days, seventy-two hours are not', async () => {
    const entered = { at: '2027-03-12T15:00:00Z' };
    const [days, hours] = await Promise.all([
      stage.enter('waits-three-days', entered),
      stage.enter('waits-72-hours', entered),
    ]);
    await Promise.all([days.travel('2027-03-16T00:00:00Z'), hours.travel('2027-03-16T00:00:00Z')]);
    expect(days.entry.outcomes[0]).toBe('woke null @ 2027-03-15T14:00:00Z');
    expect(hours.entry.outcomes[0]).toBe('woke null @ 2027-03-15T15:00:00Z');
  });

  it('three days keep the wall time of where they began when the customer moves', async () => {
    const run = await stage.enter('waits-three-days', { at: '2027-02-02T15:00:00Z' });
    await run.travel('2027-02-03T12:00:00Z');
    await run.moveTo('America/Los_Angeles');
    await run.travel('2027-02-06T00:00:00Z');
    expect(run.entry.outcomes[0]).toBe('woke null @ 2027-02-05T18:00:00Z');
  });

  it('a wait that is past where the customer has moved to is over when they moved, also for a run that lags behind', async () => {
    const run = await stage.enter('waits-three-days', { at: '2027-02-02T15:00:00Z' });
    await run.moveTo('Asia/Kolkata', '2027-02-05T09:00:00Z');
    await run.travel('2027-02-05T09:00:00Z');
    expect(run.entry.outcomes[0]).toBe('woke null @ 2027-02-05T09:00:00Z');
  });

  it('a local time that is skipped comes later that day, once', async () => {
    const run = await stage.enter('daily-at-half-past-two', { at: '2027-03-13T17:00:00Z' });
    await run.travel('2027-03-17T00:00:00Z');
    expect(run.entry.outcomes.slice(0, 3)).toEqual([
      'woke 1 null @ 2027-03-14T07:30:00Z',
      'woke 2 null @ 2027-03-15T06:30:00Z',
      'woke 3 null @ 2027-03-16T06:30:00Z',
    ]);
  });

  it('a local time that comes twice is taken the first time only', async () => {
    const run = await stage.enter('daily-at-half-past-one', { at: '2027-11-06T17:00:00Z' });
    await run.travel('2027-11-10T00:00:00Z');
    expect(run.entry.outcomes.slice(0, 3)).toEqual([
      'woke 1 null @ 2027-11-07T05:30:00Z',
      'woke 2 null @ 2027-11-08T06:30:00Z',
      'woke 3 null @ 2027-11-09T06:30:00Z',
    ]);
  });

  it('a date already past is said to be past, at once', async () => {
    const run = await stage.enter('until-dates', { at: '2027-02-02T15:00:00Z' });
    const past = '{"ok":false,"reason":"past"}';
    expect(run.entry.outcomes).toEqual([`past [${past},${past}] @ 2027-02-02T15:00:00Z`]);
    await run.travel('2027-02-04T15:00:00Z');
    expect(run.entry.outcomes[1]).toBe('due {"ok":true} @ 2027-02-04T15:00:00Z');
  });

  describe('appointment care', () => {
    const book = (at: string, startsAt: string) =>
      stage.enter('appointment-care', {
        at,
        event: 'Appointment Booked',
        properties: { appointmentId: 'A1', startsAt },
      });

    it('confirms at once and reminds 24 hours before', async () => {
      const run = await book('2027-02-25T16:00:00Z', '2027-03-02T10:00:00-05:00');
      await run.travel('2027-03-02T15:00:00Z');
      expect(run.entry.sent).toEqual([
        'appointment-confirmation @ 2027-02-25T16:00:00Z',
        'appointment-reminder @ 2027-03-01T15:00:00Z',
      ]);
      expect(run.entry.asks[1]).toBe(
        'appointment-reminder#1 @ 2027-03-01T15:00:00Z until 2027-03-02T15:00:00Z',
      );
    });

    it('does not remind who books later than that', async () => {
      const run = await book('2027-03-01T15:00:00.001Z', '2027-03-02T15:00:00Z');
      expect(await run.result()).toEqual({ status: 'completed' });
      expect(run.entry.sent).toHaveLength(1);
    });

    it('ends failed where the start of the appointment is no instant', async () => {
      const run = await book('2027-03-01T15:00:00Z', 'next week');
      await expect(run.result()).rejects.toThrow('Workflow execution failed');
      expect(run.entry.outcomes.at(-1)).toMatch(/^failed @/);
      expect(run.entry.result).toEqual({ status: 'failed', reason: 'JOURNEY_BAD_INSTANT' });
    });
  });

  it('reactivation sends three times, a week apart, the last with an offer', async () => {
    const run = await stage.enter('reactivation', {
      at: '2027-03-05T17:00:00Z',
      event: 'Lifecycle Stage Changed',
      properties: { from: 'active', to: 'inactive' },
    });
    await run.travel('2027-03-20T00:00:00Z');
    expect(run.entry.sent).toEqual([
      'reactivation-1 @ 2027-03-05T17:00:00Z',
      'reactivation-2 @ 2027-03-12T17:00:00Z',
      'reactivation-3 @ 2027-03-19T16:00:00Z',
    ]);
    expect(run.entry.asks[2]).toBe('reactivation-3#1 @ 2027-03-19T16:00:00Z until 2027-04-18T16:00:00Z');
  });

  it('the words an operator reads name the wait, the time and the place', async () => {
    const run = await stage.enter('flash-reward', {
      at: '2027-02-02T19:33:00Z',
      event: 'Visit Checked In',
      properties: { visitId: 'V1', providerId: 'P7' },
    });
    const details = 'waiting for Offer Redeemed until 16:03 New York time';
    expect(await run.rests()).toMatchObject({ wakeAt: Date.parse('2027-02-02T21:03:00Z'), details });
    expect(JSON.stringify(await run.handle.query('__temporal_workflow_metadata'))).toContain(details);
    const onboarding = await stage.enter('onboarding', registered);
    expect((await onboarding.rests()).details).toBe('waiting until 10:00 on 28 Oct 2027, Los Angeles time');
  });
});
