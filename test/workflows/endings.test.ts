import { WorkflowFailedError } from '@temporalio/client';
import { eventually } from '../support/eventually';
import { Stage } from './support/stage';

describe('how a run ends', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage.close());

  const entered = { at: '2027-02-02T15:00:00Z' };

  it('a failure that is final ends the enrollment failed with its code, and names nobody', async () => {
    const run = await stage.enter('gives-up', entered);
    await run.travel('2027-02-02T15:01:00Z');
    const failure = await run.result().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(WorkflowFailedError);
    expect((failure as WorkflowFailedError).cause?.message).toBe('The journey ended failed: NO_SEATS.');
    expect(run.entry.result).toEqual({ status: 'failed', reason: 'NO_SEATS' });
  });

  it('a bug holds the run where it is, to go on when mended code is deployed', async () => {
    const run = await stage.enter('has-a-bug', entered);
    await eventually(async () => (await run.history()).includes('WORKFLOW_TASK_FAILED'));
    expect(await run.isOver()).toBe(false);
    expect(run.entry.result).toBeUndefined();
    await run.handle.terminate();
  });

  it('a journey that this deployment does not know holds its runs until the one that does', async () => {
    const run = await stage.start('flash-reward', { ...entered, version: 99 });
    await eventually(async () => (await run.history()).includes('WORKFLOW_TASK_FAILED'));
    expect(await run.isOver()).toBe(false);
    await run.handle.terminate();
  });

  it('an operator who cancels it in Temporal ends the enrollment too', async () => {
    const run = await stage.enter('waits-three-days', entered);
    await run.handle.cancel();
    await run.result().catch(() => {});
    expect((await run.handle.describe()).status.name).toBe('CANCELLED');
    expect(run.entry.result).toEqual({ status: 'failed', reason: 'canceled' });
    expect(await run.history()).toContain('TIMER_CANCELED');
  });

  it('an end that comes while the record is out of order is heard all the same', async () => {
    const failures = Array.from({ length: 1_000 }, () => 'send');
    const run = await stage.start('sends-and-goes-on', { ...entered, failures });
    await eventually(() => run.entry.calls.length > 2);
    await run.signal({ kind: 'end', end: { status: 'exited', reason: 'exit_event' } });
    expect(await run.result()).toEqual({ status: 'exited', reason: 'exit_event' });
    expect(run.entry.sent).toEqual([]);
  });

  it('what the record decided meanwhile stands, though the code came to its end', async () => {
    const run = await stage.enter('waits-three-days', entered);
    stage.record.end(run.entry.input.enrollmentId, { status: 'converted', reason: 'goal' });
    await run.travel('2027-02-05T15:00:00Z');
    expect(await run.result()).toEqual({ status: 'converted', reason: 'goal' });
  });
});
