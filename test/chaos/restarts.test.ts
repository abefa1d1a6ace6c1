import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readEnvironment } from '../../config/environment';
import { createLogger } from '../../config/logger';
import { startPostgres } from '../../sandbox/postgres/start';
import { isAlive } from '../../sandbox/process';
import { type Stack, startStack } from '../../sandbox/stack';
import { shippedProject } from '../../project/project';
import { startTemporal } from '../../sandbox/temporal/start';
import { eventually } from '../support/eventually';
import { testFolder } from '../support/folders';
import { workflowBundle } from '../support/temporal';
import { checkIn, introduce, patients } from './support/check-ins';
import { endOf } from './support/end';
import { killAll, serverProcesses } from './support/processes';
import { StackHome } from './support/stack-home';

let folder: string;
beforeEach(() => {
  folder = testFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const say = () => {};
const clock = '2027-02-02T15:00:00Z';

describe('a server that goes away under load and comes back', () => {
  const servers = {
    Postgres: {
      start: async (port?: number) => {
        const server = await startPostgres({
          dataDir: join(folder, 'postgres'),
          log: say,
          ...(port && { port }),
        });
        return { ...server, address: server.url };
      },
      processes: async () => (await serverProcesses(folder)).postgres,
    },
    Temporal: {
      start: async (port?: number) => {
        const server = await startTemporal({ home: folder, log: say, headless: true, ...(port && { port }) });
        return { ...server, port: Number(server.address.split(':')[1]) };
      },
      processes: async () => (await serverProcesses(folder)).temporal,
    },
  };
  let stack: Stack;
  let running: { stop(): Promise<void> }[];

  it.each(['Postgres', 'Temporal'] as const)(
    '%s, shut down and killed: nothing is lost, nobody is texted twice',
    async (name) => {
      const [postgres, temporal] = await Promise.all([servers.Postgres.start(), servers.Temporal.start()]);
      running = [postgres, temporal];
      stack = await startStack({
        environment: readEnvironment({ DATABASE_URL: postgres.address, TEMPORAL_ADDRESS: temporal.address }),
        home: join(folder, 'home'),
        port: 0,
        clock,
        moveClockAnyway: true,
        project: { ...shippedProject(), workflowBundle: workflowBundle() },
        log: createLogger({ level: 'fatal' }),
        say,
      });
      const all = patients(200);
      await introduce(stack, all);
      const flow = checkIn(stack, all, 8_000);
      const { port } = { Postgres: postgres, Temporal: temporal }[name];

      await delay(1_500);
      await { Postgres: postgres, Temporal: temporal }[name].stop();
      await delay(500);
      running.push(await servers[name].start(port));

      await delay(2_000);
      killAll(await servers[name].processes());
      await delay(500);
      running.push(await servers[name].start(port));

      await flow.done;
      await eventually(async () => (await fetch(`${stack.url}/health/ready`)).status === 200, {
        timeout: 30_000,
      });
      const { wrong, ends } = await endOf(stack, all);
      process.stdout.write(`${name}: ${JSON.stringify({ calls: flow.calls, ends })}\n`);
      expect(wrong).toEqual([]);
    },
  );

  afterEach(async () => {
    await stack.stop();
    for (const server of running.reverse()) await server.stop();
  });
});

describe('a stack that is told to stop (SIGTERM) under load', () => {
  let stack: StackHome;
  beforeEach(() => {
    stack = new StackHome(join(folder, 'home'), clock);
  });
  afterEach(() => stack.kill('everything'));

  it('ends within 30 s with all its servers, and nothing is lost or left unresolved', async () => {
    const address = await stack.up();
    const all = patients(200);
    await introduce(address, all);
    const flow = checkIn(address, all, 10_000);
    await delay(3_000);
    expect(flow.accepted).toBeLessThan(all.length);
    const { postgres, temporal } = await serverProcesses(stack.home);
    const { code, seconds } = await stack.stop();
    expect(code).toBe(0);
    expect(seconds).toBeLessThan(30);
    expect([...postgres, ...temporal].filter(isAlive)).toEqual([]);

    await stack.up();
    await flow.done;
    const { wrong, ends } = await endOf(address, all);
    process.stdout.write(`SIGTERM: ${JSON.stringify({ seconds, calls: flow.calls, ends })}\n`);
    expect(wrong).toEqual([]);
    expect(ends).toEqual({ 'flash-reward delivered': 200, 'flash-reward-reminder delivered': 10 });
  });
});
