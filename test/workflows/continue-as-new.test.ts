import { type Run, Stage } from './support/stage';

describe('a run that goes on in new histories', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage.close());

  const entered = { at: '2027-03-12T15:00:00Z' };

  /** Everything that can happen to a run on its way, told to each alike. */
  async function travelled(historyLimit?: number): Promise<Run> {
    const run = await stage.enter('long-way', {
      ...entered,
      ...(historyLimit === undefined ? {} : { historyLimit }),
    });
    await run.event('Feature Adopted', { feature: 'early' }, '2027-03-12T16:00:00Z');
    await run.travel('2027-03-12T18:00:00Z');
    await run.moveTo('America/Los_Angeles');
    await run.event('App Opened', {}, '2027-03-12T19:00:00Z');
    await run.travel('2027-03-13T12:00:00Z');
    run.entry.answers.push({
      status: 'deferred',
      reason: 'quiet_hours',
      until: Date.parse('2027-03-14T15:00:00Z'),
    });
    await run.event('Feature Adopted', { feature: 'second' }, '2027-03-13T12:00:00Z');
    await run.travel('2027-03-14T10:00:00Z');
    await run.event('Feature Adopted', { feature: 'while held back' }, '2027-03-14T10:00:00Z');
    await run.travel('2027-03-15T08:00:00Z');
    const again = run.entry.events.at(-1);
    if (again) await run.tell({ kind: 'event', event: again });
    await run.travel('2027-03-25T00:00:00Z');
    expect(await run.result()).toEqual({ status: 'completed' });
    return run;
  }

  it('does the same as one that stays in its history', async () => {
    const plain = await travelled();
    const split = await travelled(12);
    expect(split.entry.outcomes).toEqual(plain.entry.outcomes);
    expect(split.entry.sent).toEqual(plain.entry.sent);
    expect(plain.entry.outcomes).toEqual([
      'opened [true,"America/New_York","2027-03-13T02:00:00.000Z"] @ 2027-03-13T02:00:00Z',
      'adopted 1 "early" @ 2027-03-13T02:00:00Z',
      'adopted 2 "second" @ 2027-03-13T12:00:00Z',
      'adopted 3 "while held back" @ 2027-03-14T15:00:00Z',
      'adopted 4 "timeout" @ 2027-03-15T15:00:00Z',
      'adopted 5 "timeout" @ 2027-03-16T15:00:00Z',
      'end "2027-03-16T15:00:00.000Z" @ 2027-03-16T15:00:00Z',
      'completed @ 2027-03-16T15:00:00Z',
    ]);
    expect((await stage.histories(split)).length).toBeGreaterThan(3);
    expect(await stage.histories(plain)).toHaveLength(1);
  });

  it('does no effect a second time', async () => {
    const run = await travelled(12);
    const once = ['grantOffer', 'profile', 'finish'];
    expect(run.entry.calls.filter((call) => once.includes(call))).toEqual(once);
    expect(new Set(run.entry.asks).size).toBe(run.entry.asks.length);
  });

  it('ends at once when its end comes with the new history', async () => {
    const run = await stage.enter('long-way', { ...entered, historyLimit: 5 });
    await run.event('Feature Adopted', { feature: 'early' }, '2027-03-12T16:00:00Z');
    await run.end({ status: 'exited', reason: 'exit_event' });
    expect(await run.result()).toEqual({ status: 'exited', reason: 'exit_event' });
  });

  it('asks the record for events that it has no room to carry', async () => {
    const run = await stage.enter('looks-forward', entered);
    const many = Array.from({ length: 150 }, (_, n) => ({
      kind: 'event' as const,
      event: run.store('Feature Adopted', { feature: `other ${n}` }, '2027-03-12T16:00:00Z'),
    }));
    await run.tell(...many);
    await run.travel('2027-03-13T15:00:00Z');
    expect(run.entry.outcomes[0]).toMatch(/^timeout/);

    const late = await stage.enter('adopted-after-a-day', entered);
    const first = late.store('Feature Adopted', { feature: 'find-provider' }, '2027-03-12T16:00:00Z');
    const others = Array.from({ length: 150 }, (_, n) => ({
      kind: 'event' as const,
      event: late.store('Feature Adopted', { feature: `other ${n}` }, '2027-03-12T17:00:00Z'),
    }));
    await late.tell({ kind: 'event', event: first }, ...others);
    await late.travel('2027-03-13T15:00:00Z');
    expect(late.entry.outcomes[0]).toBe('adopted null @ 2027-03-13T15:00:00Z');
  });

  describe('with more than a new history may begin with', () => {
    const bulk = 'x'.repeat(40_000);
    const opened = (run: Run, n: number) => run.store('App Opened', { n, bulk }, '2027-03-12T16:00:00Z');

    it('leaves its inbox to the record', async () => {
      const run = await stage.enter('adopted-after-a-day', { ...entered, historyLimit: 20 });
      const adopted = run.store('Feature Adopted', { feature: 'find-provider' }, '2027-03-12T15:30:00Z');
      await run.tell({ kind: 'event', event: adopted });
      for (let n = 0; n < 40; n++) await run.signal({ kind: 'event', event: opened(run, n) });
      await run.rests();
      await run.travel('2027-03-13T15:00:00Z');
      expect(run.entry.outcomes[0]).toBe('adopted null @ 2027-03-13T15:00:00Z');
      expect((await stage.histories(run)).length).toBeGreaterThan(1);
    });

    it('ends failed, and says why, when its answers are that much', async () => {
      const run = await stage.enter('takes-every-opening', { ...entered, historyLimit: 20 });
      // One at a time, as they are taken: of several at once a history is not filled.
      for (let n = 0; run.entry.result === undefined && n < 50; n++) {
        await run.signal({ kind: 'event', event: opened(run, n) });
        await run.rests();
      }
      await expect(run.result()).rejects.toThrow('Workflow execution failed');
      expect(run.entry.result).toEqual({ status: 'failed', reason: 'JOURNEY_TOO_LONG' });
    });
  });

  it('ends failed, and says why, when it has taken a thousand steps', async () => {
    const run = await stage.start('never-ends', entered);
    await expect(run.result()).rejects.toThrow('Workflow execution failed');
    expect(run.entry.result).toEqual({ status: 'failed', reason: 'JOURNEY_TOO_LONG' });
    expect(run.entry.calls.filter((call) => call === 'profile')).toHaveLength(1_000);
  });
});
