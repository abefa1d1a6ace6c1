import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { testFolder } from '../support/folders';
import { checkIn, introduce, patients, redeem } from './support/check-ins';
import { moveClock } from './support/clock';
import { dice } from './support/dice';
import { isQuick } from './support/end';
import { nothingSubmitting, outcomeOf, rewardsAsked } from './support/outcome';
import { StackHome, type Victims } from './support/stack-home';

const victims: readonly Victims[] = [
  'everything',
  'the process',
  'the process and Postgres',
  'the process and Temporal',
];

describe('a stack whose processes are killed (kill -9) at random moments', () => {
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

  it('has every accepted event in effect exactly once, and texts nobody twice', async () => {
    const { between, oneOf } = dice(jest.getSeed());
    const all = patients(200);
    const address = await stack.up();
    await introduce(address, all);

    const checkIns = checkIn(address, all, 20_000);
    const kill = async (what: Victims, when: string) => {
      await stack.kill(what);
      process.stdout.write(`killed: ${what}, ${when}\n`);
    };
    await delay(between(500, 2_500));
    await kill('everything', `${checkIns.accepted} accepted`);
    for (let round = 1; round <= 6; round++) {
      const starting = stack.start();
      // Either in the rush of what had to wait, or wherever the start has got to.
      if (round % 2 === 1) await starting.then(() => delay(between(0, 600)));
      else await delay(between(500, 6_000));
      await kill(round < 3 ? 'everything' : oneOf(victims), `${checkIns.accepted} accepted`);
      await starting;
    }

    await stack.up();
    await checkIns.done;
    await rewardsAsked(address, all);
    const quick = all.filter(isQuick);
    const redemptions = redeem(address, quick, 1_000);
    await delay(between(200, 1_000));
    await kill('everything', `${redemptions.accepted} redeemed`);
    await stack.up();
    await redemptions.done;
    const moving = moveClock(address, { to: '2027-02-02T18:00:00Z' }).catch(() => 'cut off');
    await delay(between(200, 2_000));
    await kill('everything', 'in a move of the clock');
    await moving;
    await stack.up();
    await nothingSubmitting(address);
    await moveClock(address, { to: '2027-02-02T18:30:00Z' });

    const { wrong, ends } = await outcomeOf(address, all, quick);
    const calls = checkIns.calls + redemptions.calls;
    process.stdout.write(`${JSON.stringify({ calls, ends }, null, 2)}\n`);
    expect(wrong).toEqual([]);
    expect(checkIns.accepted).toBe(all.length);
  });
});
