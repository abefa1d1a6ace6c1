import { Stage } from './support/stage';

/** What a journey costs in Temporal: events of its history, and what Temporal Cloud bills as actions. */
describe('three messages and two waits', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage.close());

  it('take at most 24 events and 6 actions', async () => {
    // In real time: skipping it leaves events of its own.
    const run = await stage.enter('three-messages', { at: '2027-02-02T14:59:58.500Z' });
    await run.result();
    expect(run.entry.asks).toHaveLength(3);
    const history = await run.history();
    // One wait was until a local time; were both, the other would ask once more when that is.
    expect(history.length + 1).toBeLessThanOrEqual(24);
    expect(actions(history)).toBeLessThanOrEqual(6);
  });
});

/** A start, a timer and a signal are an action each, and all local activities of one task together are one. */
function actions(history: readonly string[]): number {
  const counted = ['WORKFLOW_EXECUTION_STARTED', 'TIMER_STARTED', 'WORKFLOW_EXECUTION_SIGNALED'];
  const single = history.filter((type) => counted.includes(type)).length;
  const tasks = history.join(' ').split('WORKFLOW_TASK_COMPLETED').slice(1);
  return single + tasks.filter((task) => task.includes('MARKER_RECORDED')).length;
}
