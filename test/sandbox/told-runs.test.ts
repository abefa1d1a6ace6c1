import type { Client } from '@temporalio/client';
import { askUntilAtRest } from '../../sandbox/clock/told-runs';
import { silent } from '../worker/support';

/** One run whose queries get these answers in turn; what a deadline cuts off never comes. */
function server(...answers: readonly (() => Promise<unknown>)[]) {
  const asked: number[] = [];
  const client = {
    connection: {
      withDeadline: async (until: number, call: () => Promise<unknown>) => {
        asked.push(until - Date.now());
        return call();
      },
    },
    workflow: {
      getHandle: () => ({
        query: () => answers[asked.length - 1]?.(),
        describe: async () => ({ status: { name: 'RUNNING' } }),
      }),
    },
  };
  return { asked, client: client as unknown as Client };
}

const rest = async () => ({ wakeAt: 5, details: 'waiting' });
const busy = async () => ({ wakeAt: null, details: '' });
const cutOff = async () => {
  throw Object.assign(new Error('Timeout expired'), { code: 4 });
};

const ask = (client: Client, patience: number) =>
  askUntilAtRest(client, 'run', { patience, signal: new AbortController().signal, log: silent });

describe('asking a run whether it rests', () => {
  it('asks again while it works', async () => {
    const { client } = server(busy, busy, rest);
    expect(await ask(client, 20_000)).toMatchObject({ wakeAt: 5 });
  });

  it('leaves most of its patience for the next query where one gets no answer', async () => {
    const { client, asked } = server(cutOff, rest);
    expect(await ask(client, 20_000)).toMatchObject({ wakeAt: 5 });
    expect(Math.max(...asked)).toBeLessThanOrEqual(3_000);
  });

  it('gives up when its patience is at its end', async () => {
    const { client } = server(busy, busy, busy, busy, busy, busy, busy);
    expect(await ask(client, 50)).toBe('at work');
  });
});
