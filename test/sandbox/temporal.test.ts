import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { homedir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { freePort } from '../../sandbox/ports';
import { isAlive, stopProcess } from '../../sandbox/process';
import { builtPath } from '../../sandbox/temporal/build';
import { BuildProgress } from '../../sandbox/temporal/build-progress';
import { findTemporal } from '../../sandbox/temporal/executable';
import { type RunningTemporal, startTemporal, type TemporalOptions } from '../../sandbox/temporal/start';
import { canSkipTime } from '../../sandbox/temporal/version';
import { testFolder } from '../support/folders';
import { launchInProcess } from '../support/launcher-process';
import { quietRuntime } from '../support/temporal';

let home: string;
let running: RunningTemporal[];
let lines: string[];
const log = (line: string) => lines.push(line);

beforeAll(quietRuntime);

beforeEach(() => {
  home = testFolder();
  running = [];
  lines = [];
});

afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  rmSync(home, { recursive: true, force: true });
});

describe('a start', () => {
  test('gives a server with its UI and our search attributes, and says where it came from', async () => {
    const server = await start();

    expect(server).toMatchObject({
      adopted: false,
      timeSkipping: true,
      serverVersion: expect.stringMatching(/^1\.\d+\.\d+/),
      origin: expect.stringMatching(/^(installed|cached|downloaded|built) \S+ \(~?\/.*temporal\S*\)$/),
    });
    expect(server.origin).not.toContain(join(homedir(), sep));
    expect((await fetch(server.uiUrl ?? '')).status).toBe(200);
    await withClient(server, async ({ connection }) => {
      const { customAttributes } = await connection.operatorService.listSearchAttributes({
        namespace: 'default',
      });
      expect(Object.keys(customAttributes)).toEqual(
        expect.arrayContaining(['JourneyId', 'JourneyVersion', 'ProfileId']),
      );
    });
  });

  test('takes a workflow at once', async () => {
    const server = await start({ headless: true });

    await withClient(server, async (client) => {
      const { workflowId } = await startWaiting(client);
      expect(workflowId).toBeDefined();
    });
    expect(server.uiUrl).toBeUndefined();
  });

  test('keeps open workflows for the next start, and leaves nothing running', async () => {
    const first = await start({ headless: true });
    const { workflowId } = await withClient(first, startWaiting);
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);

    const second = await start({ headless: true });

    expect(second.adopted).toBe(false);
    expect(await withClient(second, (client) => statusOf(client, workflowId))).toBe('RUNNING');
  });

  test('keeps nothing when it is to run in memory', async () => {
    await start({ headless: true, inMemory: true });

    expect(existsSync(join(home, 'temporal', 'temporal.db'))).toBe(false);
  });

  test('takes the next free port when the one wanted is taken, and says so', async () => {
    const port = await freePort();
    const taken = await listen(port);
    try {
      const server = await start({ headless: true, port });

      const next = Number(server.address.split(':')[1]);
      expect(next).toBeGreaterThan(port);
      expect(lines).toContain(`Temporal: port ${port} is taken, using ${next}`);
    } finally {
      taken.close();
    }
  });
});

describe('after a kill -9', () => {
  test('of the parent the server goes on, and the next start adopts it', async () => {
    const parent = await launchInProcess<RunningTemporal>('temporal', [home]);
    const { workflowId } = await withClient(parent.server, startWaiting);
    await parent.kill();

    const adopted = await start({ headless: true });

    expect(adopted).toMatchObject({
      adopted: true,
      pid: parent.server.pid,
      address: parent.server.address,
      origin: parent.server.origin,
      timeSkipping: true,
    });
    expect(await withClient(adopted, (client) => statusOf(client, workflowId))).toBe('RUNNING');
    await adopted.stop();
    expect(isAlive(adopted.pid)).toBe(false);
  });

  test('of the server the next start goes on from its file', async () => {
    const first = await start({ headless: true });
    const { workflowId } = await withClient(first, startWaiting);
    await stopProcess(first.pid, []);

    const second = await start({ headless: true });

    expect(second.adopted).toBe(false);
    expect(await withClient(second, (client) => statusOf(client, workflowId))).toBe('RUNNING');
  });

  test('a record that names a process of another kind is not believed', async () => {
    const first = await start({ headless: true });
    const record = join(home, 'temporal', 'server.json');
    const text = readFileSync(record, 'utf8');
    await first.stop();
    writeFileSync(record, text.replace(`"pid":${first.pid}`, `"pid":${process.pid}`));

    expect((await start({ headless: true })).adopted).toBe(false);
  });
});

test('time can be skipped: a month passes in seconds', async () => {
  const server = await start({ headless: true, inMemory: true });
  const connection = await NativeConnection.connect({ address: server.address });
  try {
    const taskQueue = randomUUID();
    const workflowBundle = await bundleWorkflowCode({
      workflowsPath: require.resolve('./launch/sleeper.ts'),
      logger: new DefaultLogger('WARN'),
    });
    const worker = await Worker.create({ connection, taskQueue, workflowBundle });
    const client = new Client({ connection });
    const wokenAt = await worker.runUntil(async () => {
      const handle = await client.workflow.start('sleeper', { taskQueue, workflowId: taskQueue });
      await client.workflowService.updateWorkflowExecutionOptions({
        namespace: 'default',
        workflowExecution: { workflowId: taskQueue },
        workflowExecutionOptions: {
          timeSkippingConfig: {
            enabled: true,
            fastForwardConfig: { id: randomUUID(), duration: msToTs('40 days') },
          },
        },
        updateMask: { paths: ['time_skipping_config'] },
      });
      return (await handle.result()) as number;
    });

    expect(wokenAt - Date.now()).toBeGreaterThan(30 * 86_400_000);
  } finally {
    await connection.close();
  }
});

describe('the program', () => {
  let path: string | undefined;
  let bin: string;
  let cache: string;

  beforeEach(() => {
    path = process.env.PATH;
    bin = join(home, 'bin');
    cache = join(home, 'cache');
    process.env.PATH = `${bin}:/usr/bin:/bin`;
  });

  afterEach(() => {
    process.env.PATH = path;
  });

  test('is the one on PATH when its server can skip time', async () => {
    pretend(join(bin, 'temporal'), '1.9.0 (Server 1.33.0, UI 2.60.0)');
    pretend(builtPath(cache), '1.8.2 (Server 1.32.1, UI 2.54.1)');

    expect(await findTemporal({ log, cache })).toEqual({
      path: join(bin, 'temporal'),
      kind: 'installed',
      versions: { cli: '1.9.0', server: '1.33.0' },
    });
  });

  test('is the cached one when that on PATH is too old', async () => {
    pretend(join(bin, 'temporal'), '1.4.0 (Server 1.28.0, UI 2.38.0)');
    pretend(builtPath(cache), '1.8.2 (Server 1.32.1, UI 2.54.1)');

    expect(await findTemporal({ log, cache })).toMatchObject({ path: builtPath(cache), kind: 'cached' });
    expect(lines).toEqual([]);
  });

  test('is not what merely bears the name', async () => {
    pretend(join(bin, 'temporal'), 'of another kind');
    pretend(builtPath(cache), '1.8.2 (Server 1.32.1, UI 2.54.1)');

    expect(await findTemporal({ log, cache })).toMatchObject({ kind: 'cached' });
  });

  function pretend(file: string, version: string): void {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\necho 'temporal version ${version}'\n`);
    chmodSync(file, 0o755);
  }
});

test.each([
  ['1.31.9', false],
  ['1.32.0', true],
  ['1.32.1-162.0', true],
  ['1.40.0', true],
  ['2.0.0', true],
  ['0.99.0', false],
])('server %s: the clock can be moved: %s', (version, expected) => {
  expect(canSkipTime(version)).toBe(expected);
});

test('a build tells how far it is and how long it will take', () => {
  const progress = new BuildProgress(log, 0);

  progress.downloading('go: downloading a v1\ngo: downloading b v1\n');
  progress.compiling(4);
  progress.compiled('internal/a\n');
  progress.compiled('github.com/b/c\n# a warning\n');
  progress.compiled('d\ne\n');
  progress.done();

  expect(lines).toEqual([
    'Temporal: fetching modules (2 so far)',
    expect.stringMatching(/^Temporal: compiled 1 of 4 packages \(25 %\), about \d+ s left$/),
    expect.stringMatching(/^Temporal: compiled 2 of 4 packages \(50 %\), about \d+ s left$/),
    'Temporal: linking',
    expect.stringMatching(/^Temporal: built in \d+ s$/),
  ]);
});

async function start(options: Partial<TemporalOptions> = {}): Promise<RunningTemporal> {
  const server = await startTemporal({ home, log, ...options });
  running.push(server);
  return server;
}

async function withClient<T>({ address }: RunningTemporal, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

/** No worker takes it, so it stays open. */
function startWaiting(client: Client) {
  return client.workflow.start('waits', { taskQueue: 'nobody', workflowId: randomUUID() });
}

async function statusOf(client: Client, workflowId: string): Promise<string> {
  return (await client.workflow.getHandle(workflowId).describe()).status.name;
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
