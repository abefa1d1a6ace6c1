import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { caller } from '../scenarios/support/calls';
import { testFolder } from '../support/folders';
import { checkIn, introduce, patients } from './support/check-ins';
import { dice } from './support/dice';
import { endOf } from './support/end';
import { outcomeOf } from './support/outcome';
import { StackHome } from './support/stack-home';

type Fault = { readonly fault: string; readonly [option: string]: unknown };

const faults: readonly (readonly [name: string, faults: readonly Fault[]])[] = [
  ['429', [{ fault: 'rate_limited', retryAfter: 2 }]],
  ['500', [{ fault: 'error_500' }]],
  ['500, and the message was accepted', [{ fault: 'error_500', accepted: true }]],
  ['503 in HTML', [{ fault: 'error_503_html' }]],
  ['503 in HTML, and the message was accepted', [{ fault: 'error_503_html', accepted: true }]],
  ['silence', [{ fault: 'hang_before_accept' }]],
  ['silence, and the message was accepted', [{ fault: 'accept_then_hang' }]],
  ['a reset', [{ fault: 'reset_before_accept' }]],
  ['a reset, and the message was accepted', [{ fault: 'accept_then_reset' }]],
  ['201 that cannot be read', [{ fault: 'accept_then_garbage' }]],
  [
    'a reset, lost callbacks, and a list that cannot be had',
    [{ fault: 'accept_then_reset' }, { fault: 'callbacks_dropped' }, { fault: 'error_500', on: 'read' }],
  ],
  ['late callbacks', [{ fault: 'callbacks_late', delayMs: 1_500 }]],
  ['doubled callbacks', [{ fault: 'callbacks_duplicated' }]],
  ['reordered callbacks', [{ fault: 'callbacks_reordered' }]],
  ['lost callbacks', [{ fault: 'callbacks_dropped' }]],
];

describe('while 200 flash rewards flow, each with a fault of Twilio of its own', () => {
  let folder: string;
  let stack: StackHome;
  beforeEach(() => {
    folder = testFolder();
    stack = new StackHome(join(folder, 'home'), '2027-02-02T15:00:00Z');
  });
  afterEach(async () => {
    await stack.kill('everything');
    rmSync(folder, { recursive: true, force: true });
  });

  it('and the stack is killed: nobody is texted twice, and every send comes to an end', async () => {
    const { between } = dice(jest.getSeed());
    const address = await stack.up();
    const all = patients(200);
    await introduce(address, all);
    // Every second time for each of them, so that what is tried again may meet it again.
    for (const [index, { phone }] of all.entries()) {
      for (const fault of faultsOf(index)) {
        const spec = { ...fault, to: phone, times: 'always', probability: 0.5, seed: jest.getSeed() + index };
        const { status } = await caller(address).call('POST', '/sandbox/faults', spec);
        expect(status).toBe(201);
      }
    }

    const flow = checkIn(address, all, 8_000);
    for (const victims of ['the process', 'everything', 'the process'] as const) {
      await delay(between(1_000, 3_000));
      await stack.kill(victims);
      await stack.up();
    }
    await flow.done;
    const { wrong } = await endOf(address, all);
    const ends: { [fault: string]: object } = {};
    for (const [place, [name]] of faults.entries()) {
      const own = all.filter((_, index) => index % faults.length === place);
      ends[name] = (await outcomeOf(address, own)).ends;
    }
    process.stdout.write(`${JSON.stringify(ends, null, 2)}\n`);
    expect(wrong).toEqual([]);
  });
});

/** The sandbox keeps 200 faults: the last few patients are spared. */
const faultsOf = (index: number) => (index < 165 ? (faults[index % faults.length]?.[1] ?? []) : []);
