import { Crossing } from '../../workflows/runtime/crossing';
import type { Delivery } from '../../workflows/runtime/contract';
import { Stage } from './support/stage';

describe('a run that another version takes over', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage.close());

  const entered = { at: '2027-02-01T15:00:00Z' };
  const move: Delivery = { kind: 'move', to: 2, at: 'cooling-off', resumeAt: 'rest' };

  it('goes on in the wait named, counted from when its own began, and sends nothing again', async () => {
    const run = await stage.enter('cools-off', entered);
    expect((await run.rests()).points).toEqual(['cooling-off']);
    await run.travel('2027-02-03T00:00:00Z');
    await run.tell(move);
    expect((await run.rests()).points).toEqual(['rest']);
    expect(run.entry.version).toBe(2);
    expect((await run.handle.describe()).type).toBe('cools-off.v2');

    await run.travel('2027-02-04T15:00:00Z');
    expect(await run.result()).toEqual({ status: 'completed' });
    expect(run.entry.sent).toEqual([
      'onboarding-1 @ 2027-02-01T15:00:00Z',
      'flash-reward @ 2027-02-04T15:00:00Z',
    ]);
    expect(run.entry.outcomes[0]).toBe(
      'end of version 2 ["sent",{"status":"suppressed","reason":"expired"}] @ 2027-02-04T15:00:00Z',
    );
  });

  it('stays where it is when it does not sleep there', async () => {
    const run = await stage.enter('cools-off', entered);
    await run.travel('2027-02-06T16:00:00Z');
    await run.tell(move);
    await run.travel('2027-02-08T00:00:00Z');
    expect(await run.result()).toEqual({ status: 'completed' });
    expect(run.entry.outcomes[0]).toMatch(/^end of version 1/);
    expect(run.entry.version).toBe(1);
  });

  it('is told once: who comes to the wait later ends as he began', async () => {
    const held = { status: 'deferred', reason: 'paced', until: Date.parse('2027-02-01T15:10:00Z') } as const;
    const run = await stage.enter('cools-off', { ...entered, answers: [held] });
    await run.tell(move);
    await run.travel('2027-02-08T00:00:00Z');
    expect(run.entry.outcomes[0]).toMatch(/^end of version 1/);
  });

  it('goes on in the same round of a loop, and keeps the rounds behind it', async () => {
    const run = await stage.enter('goes-round', entered);
    await run.travel('2027-02-02T16:00:00Z');
    expect((await run.rests()).points).toEqual(['round (2)']);
    await run.tell({ kind: 'move', to: 2, at: 'round', resumeAt: 'round' });
    await run.travel('2027-02-06T00:00:00Z');
    expect(run.entry.outcomes).toEqual([
      'round 1 null @ 2027-02-02T15:00:00Z',
      'long round 2 null @ 2027-02-03T21:00:00Z',
      'long round 3 null @ 2027-02-05T03:00:00Z',
      'completed @ 2027-02-05T03:00:00Z',
    ]);
  });

  it('ends at once when the record has ended it meanwhile', async () => {
    const run = await stage.enter('cools-off', entered);
    stage.record.end(run.entry.input.enrollmentId, { status: 'exited', reason: 'stopped' });
    await run.signal(move);
    await run.signal({ kind: 'end', end: { status: 'exited', reason: 'stopped' } });
    expect(await run.result()).toMatchObject({ status: 'exited' });
    expect(run.entry.version).toBe(1);
  });
});

describe('crossing into another version', () => {
  const entry = (step: number, name: string, result?: unknown) => ({ step, name, result, now: step });
  const journal = [entry(0, 'send a', 1), entry(1, 'wait'), entry(2, 'send a', 2)];

  it('answers each step once by its name, in order, whatever else has come between', () => {
    const crossing = new Crossing({ resumeAt: 'x', occurrence: 1, now: 9, journal });
    expect(crossing.answer('send b', { result: 'passed' })).toEqual({ result: 'passed' });
    expect(crossing.answer('send a', { result: 'passed' })).toEqual({ result: 1, now: 0 });
    expect(crossing.answer('send a', { result: 'passed' })).toEqual({ result: 2, now: 2 });
    expect(crossing.answer('send a', { result: 'passed' })).toEqual({ result: 'passed' });
    expect(crossing.answer('profile', undefined)).toBeUndefined();
  });
});
