import { eventually } from '../support/eventually';
import { iso } from './support/fake-record';
import { type Run, Stage } from './support/stage';

/** What happens in one task when a worker comes back to a run whose timer fired long ago. */
describe('a run whose worker was away', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage.close());

  /** A run that waits for three seconds of real time, by which its worker has long gone, with its timer fired. */
  async function overdue(): Promise<{ run: Run; dueAt: number }> {
    await stage.startWorker();
    const enteredAt = Date.now();
    const run = await stage.enter('waits-three-seconds', { at: new Date(enteredAt).toISOString() });
    await stage.stopWorker();
    await eventually(async () => (await run.history()).includes('TIMER_FIRED'));
    return { run, dueAt: enteredAt + 3_000 };
  }

  const adopted = (run: Run, at: number) =>
    run.store('Feature Adopted', { feature: 'find-provider' }, new Date(at).toISOString());

  it('takes an event of the instant its wait was due before the timer', async () => {
    const { run, dueAt } = await overdue();
    await run.signal({ kind: 'event', event: adopted(run, dueAt) });
    await stage.startWorker();
    expect(await run.result()).toEqual({ status: 'completed' });
    expect(run.entry.outcomes[0]).toMatch(/^adopted/);
    expect(run.entry.calls).not.toContain('eventsSince');
  });

  it('times out before an event that arrived after its wait was due', async () => {
    const { run, dueAt } = await overdue();
    await run.signal({ kind: 'event', event: adopted(run, dueAt + 1) });
    await stage.startWorker();
    expect(await run.result()).toEqual({ status: 'completed' });
    expect(run.entry.outcomes[0]).toMatch(/^timeout/);
  });

  it('has ended before either', async () => {
    const { run, dueAt } = await overdue();
    const end = { status: 'converted', reason: 'goal' } as const;
    await run.signal({ kind: 'event', event: adopted(run, dueAt) });
    await run.signal({ kind: 'end', end });
    await stage.startWorker();
    expect(await run.result()).toEqual(end);
    expect(run.entry.calls).toEqual([]);
  });

  describe('and lateness', () => {
    const minute = 60_000;

    it('counts from the arrival of the trigger, however late the run was started', async () => {
      const run = await stage.enter('flash-reward', {
        at: '2027-02-02T15:00:00Z',
        event: 'Visit Checked In',
        properties: { visitId: 'V1', providerId: 'P7' },
        lateMs: 5 * minute,
      });
      await run.travel('2027-02-02T17:00:00Z');
      expect(run.entry.asks).toEqual([
        'flash-reward#1 @ 2027-02-02T15:00:00Z until 2027-02-02T17:00:00Z',
        'flash-reward-reminder#1 @ 2027-02-02T16:30:00Z until 2027-02-02T17:00:00Z',
      ]);
    });

    it('reckons on from the instant a wait was due when it woke less than a minute late', async () => {
      const run = await stage.enter('waits-and-waits', { at: '2027-02-02T15:00:00Z', lateMs: 60.5 * minute });
      expect(iso((await run.rests()).wakeAt ?? 0)).toBe('2027-02-02T17:00:00Z');
    });

    it('reckons on from the real time when it woke later than that', async () => {
      const run = await stage.enter('waits-and-waits', { at: '2027-02-02T15:00:00Z', lateMs: 90 * minute });
      const { wakeAt } = await run.rests();
      expect(iso(wakeAt ?? 0)).toMatch(/^2027-02-02T17:30:0/);
    });
  });
});
