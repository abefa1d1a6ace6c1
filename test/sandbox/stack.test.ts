import { once } from 'node:events';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { openWorld, type World } from '../../sandbox/demo/world';
import type { Stack } from '../../sandbox/stack';
import { freePort, loopback } from '../../sandbox/ports';
import { second } from '../scenarios/support/readings';
import { testWorld } from '../scenarios/support/world';
import { eventually } from '../support/eventually';
import { testFolder } from '../support/folders';
import { type LauncherProcess, launchInProcess } from '../support/launcher-process';

type Launched = LauncherProcess<Omit<Stack, 'stop'> & { readonly lines: readonly string[] }>;

let folder: string;
let home: string;
const running: Launched[] = [];

beforeEach(() => {
  folder = testFolder();
  home = join(folder, 'home');
});

afterEach(async () => {
  for (const stack of running.splice(0)) await end(stack);
  rmSync(folder, { recursive: true, force: true });
});

async function launch(...args: string[]): Promise<Launched> {
  const stack: Launched = await launchInProcess('stack', [home, ...args]);
  running.push(stack);
  return stack;
}

/** SIGTERM, as a service manager sends it. Answers the exit code and how long it took. */
async function end({ child }: Launched): Promise<{ code: number | null; seconds: number }> {
  const began = performance.now();
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }
  return { code: child.exitCode, seconds: (performance.now() - began) / 1_000 };
}

async function inWorld<T>({ server }: Launched, work: (world: World) => Promise<T>): Promise<T> {
  const world = await openWorld(server);
  try {
    return await work(world);
  } finally {
    await world.close();
  }
}

const clockOf = async ({ server }: Launched) => {
  const answer = (await (await fetch(`${server.url}/sandbox/clock`)).json()) as { now: string };
  return Date.parse(answer.now);
};

const partsSent = (world: World) =>
  world
    .timeline('user_id:ada')
    .then((items) =>
      items.flatMap((item) =>
        item.kind === 'send' && item['status'] === 'sent' ? [`${item['message']} @ ${second(item.at)}`] : [],
      ),
    );

async function registerAda(world: World): Promise<void> {
  world.segment.identify({
    userId: 'ada',
    traits: { phone: '+12125550142', timezone: 'America/Los_Angeles' },
    context: { messaging_subscriptions: [{ key: '+12125550142', type: 'SMS', status: 'SUBSCRIBED' }] },
  });
  world.segment.track({ userId: 'ada', event: 'Account Registered' });
  await world.flush();
}

const laterParts = [
  'onboarding-2 @ 2027-10-28T17:00:00Z',
  'onboarding-3 @ 2027-10-31T17:00:00Z',
  'onboarding-4 @ 2027-11-04T17:00:00Z',
  'onboarding-5 @ 2027-11-09T18:00:00Z',
  'onboarding-6 @ 2027-11-16T18:00:00Z',
  'onboarding-7 @ 2027-11-25T18:00:00Z',
  'onboarding-8 @ 2027-12-10T18:00:00Z',
  'onboarding-9 @ 2027-12-25T18:00:00Z',
  'onboarding-10 @ 2028-01-14T18:00:00Z',
];

describe('a stack', () => {
  it('says where each part came from, works, keeps its secrets to its owner, and ends everything on SIGTERM', async () => {
    const stack = await launch('0', '2027-02-02T15:00:00Z');
    const { url, lines } = stack.server;
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Postgres .*\d s$/),
        expect.stringMatching(/^Temporal .*\d s$/),
        expect.stringMatching(/^Twilio .*sandbox/),
      ]),
    );
    const ready = await fetch(`${url}/health/ready`);
    expect(await ready.json()).toMatchObject({
      checks: { ingest: 'ok', worker: 'ok', temporal: 'ok', postgres: 'ok' },
    });
    expect((await clockOf(stack)) - Date.parse('2027-02-02T15:00:00Z')).toBeLessThan(60_000);
    for (const file of ['keys.json', 'stack.json'])
      expect(statSync(join(home, file)).mode & 0o777).toBe(0o600);

    const { code, seconds } = await end(stack);
    expect(code).toBe(0);
    expect(seconds).toBeLessThan(30);
    const { temporalAddress, databaseUrl } = stack.server;
    for (const port of [new URL(url), new URL(`tcp://${temporalAddress}`), new URL(databaseUrl)].map(
      (at) => at.port,
    )) {
      expect(await isListening(Number(port))).toBe(false);
    }
  });

  it('takes the next port when its own is taken, and says so', async () => {
    const other = createServer();
    other.listen(0, loopback);
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    try {
      const { server } = await launch(String(port));
      expect(Number(new URL(server.url).port)).toBeGreaterThan(port);
      expect(server.lines).toContainEqual(expect.stringContaining(`Port ${port} is taken`));
    } finally {
      other.close();
    }
  });

  it('does not start beside another one in the same home', async () => {
    const first = await launch();
    await expect(launch()).rejects.toThrow(`already runs in this home, at ${first.server.url}`);
  });

  it('lets its process end when it cannot start', async () => {
    mkdirSync(home);
    writeFileSync(join(home, 'postgres'), 'not a folder');
    await expect(launch()).rejects.toThrow('The launcher ended');
  });

  it('goes on after a stop where it stood: clock, keys, customers and runs', async () => {
    const first = await launch('0', '2027-10-27T01:40:00Z');
    await inWorld(first, async (world) => {
      await registerAda(world);
      await world.moveTo('2027-11-06T00:00:00Z');
    });
    await end(first);
    const second = await launch();
    expect(second.server.apiToken).toBe(first.server.apiToken);
    expect(await clockOf(second)).toBeGreaterThanOrEqual(Date.parse('2027-11-06T00:00:00Z'));
    await inWorld(second, async (world) => {
      await world.moveTo('2028-01-20T00:00:00Z');
      expect((await partsSent(world)).slice(1)).toEqual(laterParts);
    });
  });

  it('is not ready before its clock stands where a start on a kept home told it to', async () => {
    const first = await launch('0', '2027-10-27T01:40:00Z');
    await inWorld(first, registerAda);
    await end(first);
    const port = await freePort();
    const url = `http://${loopback}:${port}`;
    const starting = launch(String(port), '2028-01-20T00:00:00Z');
    const isReady = async () => {
      const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
      return answer?.status === 200;
    };
    await eventually(isReady, { timeout: 90_000 });
    const { now } = (await (await fetch(`${url}/sandbox/clock`)).json()) as { now: string };
    const second = await starting;
    expect(Date.parse(now)).toBeGreaterThanOrEqual(Date.parse('2028-01-20T00:00:00Z'));
    await inWorld(second, async (world) => {
      expect((await partsSent(world)).slice(1)).toEqual(laterParts);
    });
  });

  it('goes on after kill -9 in the middle of moving its clock, and sends nothing twice', async () => {
    const first = await launch('0', '2027-10-27T01:40:00Z');
    await inWorld(first, async (world) => {
      await registerAda(world);
      const moving = world.moveTo('2028-01-20T00:00:00Z').catch(() => 'cut off');
      await eventually(async () => (await partsSent(world)).length >= 4, { interval: 1 });
      await first.kill();
      expect(await moving).toBe('cut off');
    });
    const second = await launch();
    expect(second.server.lines).toContainEqual(expect.stringMatching(/^Temporal .*found running/));
    await inWorld(second, async (world) => {
      await world.moveTo('2028-01-20T00:00:00Z');
      const sent = await partsSent(world);
      expect(sent.slice(1)).toEqual(laterParts);
      expect(sent).toHaveLength(10);
    });
  });

  it('hears what became of its last texts before it is stopped', async () => {
    const delivery = { queuedMs: 0, sentMs: 0, deliveredMs: 700 };
    const here = await testWorld({ clock: '2027-02-02T15:00:00Z', delivery });
    try {
      await here.subscribe('ada', '+12125550100');
      await here.happens('ada', 'Visit Checked In', { visitId: 'V1', providerId: 'P7' });
      const status = async () =>
        (await here.db.query<{ status: string }>('select status from sends')).rows[0]?.status;
      await eventually(async () => (await status()) === 'sent');
      await here.stack.stop();
      expect(await status()).toBe('delivered');
    } finally {
      await here.end();
    }
  });

  it('breaks a move of the clock off when it is stopped', async () => {
    const stack = await launch('0', '2027-10-27T01:40:00Z');
    await inWorld(stack, async (world) => {
      await registerAda(world);
      const moving = world.moveTo('2037-01-20T00:00:00Z').catch((error: Error) => error.message);
      await eventually(async () => (await partsSent(world)).length >= 2, { interval: 1 });
      const { code, seconds } = await end(stack);
      expect(code).toBe(0);
      expect(seconds).toBeLessThan(20);
      expect(await moving).toMatch(/clock_stopped|fetch failed/);
    });
  });
});

async function isListening(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, loopback);
    await once(server, 'listening');
    return false;
  } catch {
    return true;
  } finally {
    server.close();
  }
}
