import { type Project, shippedProject } from '../../project/project';
import { replays } from '../../publishing/replay';
import { bundleWorkflows } from '../../worker/bundle-workflows';
import { journeys as before } from './fixtures/tuned-before';
import { journeys as after } from './fixtures/tuned-after';
import { testWorld, type TestWorld } from './support/world';

describe('values that are tuned while runs sleep', () => {
  let world: TestWorld;
  let old: Project;
  let tuned: Project;

  beforeAll(async () => {
    [old, tuned] = await Promise.all([
      projectOf(before, './fixtures/tuned-before'),
      projectOf(after, './fixtures/tuned-after'),
    ]);
    world = await testWorld({ clock: '2027-02-02T14:59:00Z', project: old });
  }, 120_000);
  afterAll(() => world?.end());

  async function projectOf(journeys: Project['journeys'], module: string): Promise<Project> {
    const workflowBundle = { code: await bundleWorkflows(require.resolve(module)) };
    return { ...shippedProject(), journeys, workflowBundle };
  }

  const book = (instant: string, customer: string) =>
    world.exactly(instant, () =>
      world.happens(customer, 'Appointment Booked', {
        appointmentId: customer,
        startsAt: '2027-03-01T15:00:00Z',
      }),
    );

  it('are felt from the next step on: by who sleeps when he wakes, by who comes later at once, in the same version', async () => {
    await book('2027-02-02T15:00:00Z', 'ana');
    await book('2027-02-02T15:30:00Z', 'bo');
    await world.moveTo('2027-02-02T16:00:00Z');
    await world.stack.reload(tuned);
    await book('2027-02-02T16:30:00Z', 'cy');

    // The two hours that were read are kept, the five are read where the wait is over.
    await world.moveTo('2027-02-02T17:10:00Z');
    const [counted] = await world.stack.openRuns.count();
    expect(counted).toMatchObject({ journey: 'tuned', version: 1, open: 3 });
    const histories = await world.stack.openRuns.histories({ journey: 'tuned', version: 1, limit: 3 });
    expect(histories).toHaveLength(3);
    for (const { workflowBundle } of [old, tuned])
      for (const history of histories) expect(await replays(workflowBundle, history)).toBe(true);

    await world.moveTo('2027-02-03T16:00:00Z');
    expect(await world.outcomes('user_id:ana')).toEqual(['playful @ 2027-02-02T22:00:00Z']);
    expect(await world.outcomes('user_id:bo')).toEqual(['playful @ 2027-02-02T22:30:00Z']);
    expect(await world.outcomes('user_id:cy')).toEqual(['playful @ 2027-02-03T02:30:00Z']);
  });

  it('are as they were for who has read them, when they are tuned back', async () => {
    await book('2027-02-03T17:00:00Z', 'dee');
    await world.stack.reload(old);
    await world.moveTo('2027-02-04T12:00:00Z');
    expect(await world.outcomes('user_id:dee')).toEqual(['plain @ 2027-02-04T00:00:00Z']);
  });
});
