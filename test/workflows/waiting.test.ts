import type { Run } from './support/stage';
import { Stage } from './support/stage';

describe('waiting for events', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage.close());

  const viewed = { at: '2027-02-02T15:00:00Z', properties: { feature: 'find-provider' } };
  const howTo = 'feature-how-to @ 2027-02-03T15:00:00Z';

  const adopt = (run: Run, at: string) => run.event('Feature Adopted', { feature: 'find-provider' }, at);

  describe('a wait for one event', () => {
    it('times out to the millisecond, whatever the latency', async () => {
      const run = await stage.enter('feature-how-to', viewed);
      await run.travel('2027-02-03T14:59:59.999Z');
      expect(run.entry.sent).toEqual([]);
      await run.travel('2027-02-03T15:00:00Z');
      expect(run.entry.sent).toEqual([howTo]);
      expect(await run.result()).toEqual({ status: 'completed' });
      expect(run.entry.outcomes).toEqual(['completed @ 2027-02-03T15:00:00Z']);
    });

    it('ends with the event that arrives a second before', async () => {
      const run = await stage.enter('feature-how-to', viewed);
      await run.travel('2027-02-03T14:59:59Z');
      await adopt(run, '2027-02-03T14:59:59Z');
      expect(await run.result()).toEqual({ status: 'completed' });
      expect(run.entry.sent).toEqual([]);
      expect(run.entry.outcomes).toEqual(['completed @ 2027-02-03T14:59:59Z']);
      expect(await run.history()).toContain('TIMER_CANCELED');
    });

    it('is not moved by what comes after its timeout', async () => {
      const run = await stage.enter('feature-how-to', viewed);
      run.store('Feature Adopted', { feature: 'find-provider' }, '2027-02-03T15:00:01Z');
      await run.travel('2027-02-03T15:00:01Z');
      expect(run.entry.sent).toEqual([howTo]);
    });

    it('takes an event of the very instant it times out, though its signal is still on the way', async () => {
      const run = await stage.enter('feature-how-to', viewed);
      run.store('Feature Adopted', { feature: 'find-provider' }, '2027-02-03T15:00:00Z');
      await run.travel('2027-02-03T15:00:00Z');
      expect(await run.result()).toEqual({ status: 'completed' });
      expect(run.entry.sent).toEqual([]);
    });

    it('passes over events whose properties are others, and compares them as text', async () => {
      const run = await stage.enter('flash-reward', {
        at: '2027-02-02T15:00:00Z',
        event: 'Visit Checked In',
        properties: { visitId: 'V1', providerId: 7 },
      });
      await run.event('Offer Redeemed', { offerId: 'flash-reward-01' }, '2027-02-02T15:10:00Z');
      await run.event('Offer Redeemed', {}, '2027-02-02T15:11:00Z');
      expect((await run.rests()).wakeAt).toBe(Date.parse('2027-02-02T16:30:00Z'));
      await run.event('Offer Redeemed', { offerId: 'flash-reward-1' }, '2027-02-02T15:12:00Z');
      expect(await run.result()).toEqual({ status: 'completed' });
      expect(run.entry.sent).toEqual(['flash-reward @ 2027-02-02T15:00:00Z']);
    });

    it('sets no timer anew for an event that does not concern it', async () => {
      const run = await stage.enter('feature-how-to', viewed);
      await run.event('Feature Adopted', { feature: 'rewards' }, '2027-02-02T15:30:00Z');
      expect((await run.history()).filter((type) => type.startsWith('TIMER'))).toEqual(['TIMER_STARTED']);
    });
  });

  describe('an event right behind the trigger', () => {
    it.each([0, 1, 10, 50])('is caught when its signal comes %i ms after the start', async (ms) => {
      const runs = await Promise.all(
        Array.from({ length: 15 }, async () => {
          const run = await stage.start('feature-how-to', viewed);
          await new Promise((resolve) => setTimeout(resolve, ms));
          const event = run.store(
            'Feature Adopted',
            { feature: 'find-provider' },
            '2027-02-02T15:00:00.050Z',
          );
          await run.signal({ kind: 'event', event });
          return run;
        }),
      );
      for (const run of runs) expect(await run.result()).toEqual({ status: 'completed' });
      expect(runs.flatMap((run) => run.entry.sent)).toEqual([]);
    });

    it('is caught when it travels with the start', async () => {
      const run = await stage.start('feature-how-to', {
        ...viewed,
        pending: [{ name: 'Feature Adopted', at: '2027-02-02T15:00:00Z', properties: viewed.properties }],
      });
      expect(await run.result()).toEqual({ status: 'completed' });
      expect(run.entry.sent).toEqual([]);
    });
  });

  describe('lookback', () => {
    const search = { at: '2027-02-03T15:00:00Z' };
    const adoptedAt = (at: string) => [{ name: 'Feature Adopted', at, properties: viewed.properties }];

    it('returns at once with an event stored before', async () => {
      const run = await stage.start('looks-back', { ...search, before: adoptedAt('2027-02-01T15:00:00Z') });
      expect(await run.result()).toEqual({ status: 'completed' });
      expect(run.entry.outcomes[0]).toBe('adopted null @ 2027-02-03T15:00:00Z');
    });

    it('leaves out what is older', async () => {
      const run = await stage.enter('looks-back', { ...search, before: adoptedAt('2027-01-27T14:59:59Z') });
      await run.travel('2027-02-04T15:00:00Z');
      expect(run.entry.outcomes[0]).toBe('timeout null @ 2027-02-04T15:00:00Z');
    });

    it('is not done unless it is asked for', async () => {
      const run = await stage.enter('looks-forward', {
        ...search,
        before: adoptedAt('2027-02-01T15:00:00Z'),
      });
      await run.travel('2027-02-04T15:00:00Z');
      expect(run.entry.outcomes[0]).toBe('timeout null @ 2027-02-04T15:00:00Z');
    });
  });

  describe('the first of several', () => {
    const entered = { at: '2027-02-03T15:00:00Z' };

    it('names the winner with its event, cancels the rest, and leaves the other event to a later wait', async () => {
      const run = await stage.enter('first-of-two', entered);
      await run.travel('2027-02-04T16:00:00Z');
      const visit = run.store('Visit Checked In', { visitId: 123, providerId: 'P7' }, '2027-02-04T16:00:00Z');
      const redeemed = run.store('Offer Redeemed', { offerId: 'O1' }, '2027-02-04T16:00:00Z');
      await run.tell({ kind: 'event', event: visit }, { kind: 'event', event: redeemed });
      expect(await run.result()).toEqual({ status: 'completed' });
      expect(run.entry.outcomes).toEqual([
        'visit 123 @ 2027-02-04T16:00:00Z',
        'left over true @ 2027-02-04T16:00:00Z',
        'completed @ 2027-02-04T16:00:00Z',
      ]);
      expect((await run.history()).filter((type) => type.startsWith('TIMER'))).toEqual([
        'TIMER_STARTED',
        'TIMER_CANCELED',
      ]);
    });

    it('takes the one that arrived first, in whatever order they are delivered', async () => {
      const run = await stage.enter('first-of-two', entered);
      const redeemed = run.store('Offer Redeemed', { offerId: 'O1' }, '2027-02-04T16:00:00Z');
      const visit = run.store(
        'Visit Checked In',
        { visitId: 'V1', providerId: 'P7' },
        '2027-02-04T16:00:01Z',
      );
      await run.tell({ kind: 'event', event: visit }, { kind: 'event', event: redeemed });
      expect(await run.result()).toEqual({ status: 'completed' });
      expect(run.entry.outcomes[0]).toBe('redeemed "O1" @ 2027-02-04T16:00:00Z');
    });

    it('times out after calendar days', async () => {
      const run = await stage.enter('first-of-two', { at: '2027-03-12T15:00:00Z' });
      await run.travel('2027-03-15T14:00:00Z');
      expect(run.entry.outcomes[0]).toBe('timeout null @ 2027-03-15T14:00:00Z');
    });
  });

  describe('an end from outside', () => {
    const checkIn = {
      at: '2027-02-02T19:03:07Z',
      event: 'Visit Checked In',
      properties: { visitId: 'V1', providerId: 'P7' },
    };

    it('ends the run in the middle of its wait, and its timer is gone from the history as canceled', async () => {
      const run = await stage.enter('flash-reward', checkIn);
      await run.travel('2027-02-02T19:50:00Z');
      await run.end({ status: 'exited', reason: 'exit_event' });
      expect(await run.result()).toEqual({ status: 'exited', reason: 'exit_event' });
      expect(run.entry.sent).toEqual(['flash-reward @ 2027-02-02T19:03:07Z']);
      expect((await run.history()).slice(-2)).toEqual(['TIMER_CANCELED', 'WORKFLOW_EXECUTION_COMPLETED']);
      expect(run.entry.calls).not.toContain('finish');
      expect(stage.wakes.get(run.entry.input.enrollmentId)).toBeNull();
    });

    it('goes before an awaited event and before the timer of the same instant', async () => {
      const run = await stage.enter('flash-reward', checkIn);
      const event = run.store('Offer Redeemed', { offerId: 'flash-reward-1' }, '2027-02-02T20:33:07Z');
      const end = { status: 'converted', reason: 'goal' } as const;
      await run.signal({ kind: 'event', event }, { kind: 'end', end });
      expect(await run.result()).toEqual(end);
      expect(run.entry.calls).toEqual(['grantOffer', 'send']);
    });

    it('that came with the start leaves nothing to do', async () => {
      const run = await stage.start('flash-reward', {
        ...checkIn,
        end: { status: 'exited', reason: 'exit_event' },
      });
      expect(await run.result()).toEqual({ status: 'exited', reason: 'exit_event' });
      expect(run.entry.calls).toEqual([]);
    });

    it('learned from a refused effect stops the run there, and the record says how it ended', async () => {
      const run = await stage.enter('flash-reward', checkIn);
      stage.record.end(run.entry.input.enrollmentId, { status: 'merged', reason: 'merged' });
      await run.travel('2027-02-02T20:33:07Z');
      expect(await run.result()).toEqual({ status: 'merged', reason: 'merged' });
      expect(run.entry.sent).toEqual(['flash-reward @ 2027-02-02T19:03:07Z']);
    });

    it('lets no code of the journey run after it', async () => {
      const run = await stage.enter('catches-everything', { at: '2027-02-02T15:00:00Z' });
      await run.end({ status: 'exited', reason: 'exit_event' });
      await run.result();
      expect(run.entry.calls).toEqual(['resolveTime']);
    });
  });
});
