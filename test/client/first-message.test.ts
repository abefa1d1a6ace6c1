import { firstMessage, type Walkable } from '../../client/launch/first-message';
import type { Enrollment } from '../../workflows/runtime/enrollment';
import { stepsOf } from '../../workflows/runtime/steps';

interface Steps {
  readonly [step: string]: (...given: unknown[]) => Promise<unknown>;
}

const firstOf = (flow: (j: Steps) => Promise<unknown>) =>
  firstMessage({ flow: flow as unknown as Walkable['flow'] }, {});

it('the first message is the one that goes to somebody who does nothing', async () => {
  const first = firstOf(async (j) => {
    const came = (await j.waitFor?.('App Opened', {})) as { ok: boolean };
    await j.send?.(came.ok ? 'welcome back' : 'we miss you');
    await j.send?.('and again');
  });
  expect(await first).toBe('we miss you');
});

it('a journey that sends nothing on that way has none', async () => {
  expect(await firstOf(async (j) => j.wait?.())).toBeUndefined();
  expect(
    await firstOf(async () => {
      throw new Error('It makes nothing of such answers');
    }),
  ).toBeUndefined();
});

it('a journey that goes round until somebody answers has none, and does not go round for ever', async () => {
  const first = firstOf(async (j) => {
    for (;;) {
      const came = (await j.waitFor?.('App Opened', {})) as { ok: boolean };
      if (came.ok) await j.send?.('welcome back');
    }
  });
  expect(await first).toBeUndefined();
});

it('a journey may take any step on the way to it', async () => {
  const run = { activities: {}, input: { enrollmentId: '', trigger: {} } } as unknown as Enrollment;
  const steps = Object.entries(stepsOf(run, [])).filter(([, step]) => typeof step === 'function');
  expect(steps.length).toBeGreaterThan(8);
  for (const [step] of steps.filter(([name]) => name !== 'send')) {
    const first = firstOf(async (j) => {
      await j[step]?.('name', {});
      if (j[step]) await j.send?.('hello');
    });
    expect({ step, first: await first }).toEqual({ step, first: 'hello' });
  }
});
