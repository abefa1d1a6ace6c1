import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import { type BinariesWanted, findBinaries, type PostgresBinaries } from '../../sandbox/postgres/binaries';
import { ensureCluster } from '../../sandbox/postgres/cluster';
import { copyBinaries } from '../../sandbox/postgres/packaged';
import { currentFolder, findPlace, moveForNobody } from '../../sandbox/postgres/place';
import { type PostgresOptions, type RunningPostgres, startPostgres } from '../../sandbox/postgres/start';
import { freePort } from '../../sandbox/ports';
import { isAlive, stopProcess } from '../../sandbox/process';
import { migrate } from '../../store/migrate';
import { testFolder } from '../support/folders';
import { launchInProcess } from '../support/launcher-process';

const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

let folder: string;
let dataDir: string;
let running: RunningPostgres[];
let lines: string[];

beforeEach(() => {
  folder = testFolder();
  dataDir = join(folder, 'home', 'postgres');
  running = [];
  lines = [];
});

afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

describe('a start', () => {
  test('gives a database of ours, says where the programs came from, and leaves nothing running', async () => {
    const server = await start();

    expect(await value(server.url, 'select current_database()')).toBe('jornada');
    expect(server).toMatchObject({
      adopted: false,
      origin: expect.stringMatching(/^(system|packaged) \d+\.\d+ \(\/.*\)$/),
    });
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
    await expect(value(server.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  test('keeps what was written, for the next start', async () => {
    const first = await start();
    await value(first.url, `create table kept as select 'here' as what`);
    await first.stop();

    const second = await start();

    expect(second.adopted).toBe(false);
    expect(await value(second.url, 'select what from kept')).toBe('here');
  });

  test('is reached on the loopback interface only, with the password that its owner alone can read', async () => {
    const server = await start();

    expect(await value(server.url, 'show listen_addresses')).toBe('127.0.0.1');
    expect(await value(server.url, 'show unix_socket_directories')).toBe('');
    const { mode } = statSync(join(dataDir, 'password'));
    expect((mode & 0o777).toString(8)).toBe('600');
    const wrong = new URL(server.url);
    wrong.password = 'guess';
    await expect(value(wrong.toString(), 'select 1')).rejects.toMatchObject({ code: '28P01' });
  });

  test('takes the next free port when the one wanted is taken, and says so', async () => {
    const port = await freePort();
    const taken = await listen(port);
    try {
      const server = await start({ port });

      expect(server.port).toBeGreaterThan(port);
      expect(lines).toContain(`Postgres: port ${port} is taken, using ${server.port}`);
    } finally {
      taken.close();
    }
  });

  test('takes the port wanted when it is free', async () => {
    const port = await freePort();

    expect((await start({ port })).port).toBe(port);
    expect(lines).toEqual([]);
  });

  test('begins anew where making the cluster was cut short', async () => {
    mkdirSync(join(dataDir, 'cluster.unfinished', 'base'), { recursive: true });

    expect(await value((await start()).url, 'select 1')).toBe(1);
  });

  test('names the server to install when the data was made by one that is gone', async () => {
    mkdirSync(join(dataDir, 'cluster'), { recursive: true });
    writeFileSync(join(dataDir, 'cluster', 'PG_VERSION'), '9\n');

    await expect(start()).rejects.toMatchObject({
      code: 'POSTGRES_VERSION_MISMATCH',
      message: expect.stringMatching(/made by Postgres 9.*(apt-get|brew) install/),
    });
  });

  test('fails with the reason of the server, and leaves nothing running', async () => {
    await expect(start({ settings: { work_mem: 'plenty' } })).rejects.toMatchObject({
      code: 'POSTGRES_START_FAILED',
      message: expect.stringContaining('work_mem'),
    });
    expect(existsSync(join(dataDir, 'cluster', 'postmaster.pid'))).toBe(false);
  });
});

describe('after a kill -9', () => {
  test('of the parent the server goes on, and the next start adopts it', async () => {
    const parent = await launchInProcess<RunningPostgres>('postgres', [dataDir]);
    await value(parent.server.url, `create table kept as select 'here' as what`);
    await parent.kill();

    const adopted = await start();

    expect(adopted).toMatchObject({
      adopted: true,
      pid: parent.server.pid,
      url: parent.server.url,
      origin: parent.server.origin,
    });
    expect(lines).toEqual([`Postgres: found the server of an earlier run on port ${adopted.port}`]);
    expect(await value(adopted.url, 'select what from kept')).toBe('here');
    await adopted.stop();
    expect(isAlive(adopted.pid)).toBe(false);
  });

  test('of the server the next start recovers every row that was acknowledged', async () => {
    const first = await start();
    await value(first.url, 'create table kept (n int)');
    for (let n = 1; n <= 50; n++) await value(first.url, `insert into kept values (${n})`);
    await stopProcess(first.pid, []);

    const second = await start();

    expect(second.adopted).toBe(false);
    expect(await value(second.url, 'select count(*)::int from kept')).toBe(50);
  });

  test('a lock file that names a process of another kind does not stand in the way', async () => {
    const first = await start();
    await first.stop();
    const lock = join(dataDir, 'cluster', 'postmaster.pid');
    writeFileSync(lock, `${process.pid}\n${join(dataDir, 'cluster')}\n0\n${first.port}\n`);

    const second = await start();

    expect(second.adopted).toBe(false);
    expect(await value(second.url, 'select 1')).toBe(1);
  });
});

describe('the packaged programs', () => {
  test('are used on request, and run the migrations', async () => {
    const server = await start({ binaries: 'packaged' });

    expect(server.origin).toMatch(/^packaged 18\./);
    expect(await value(server.url, 'show server_version')).toMatch(/^18\./);
    expect(await migrate(server.url)).not.toEqual([]);
  });

  test('open the data they made, also when a server of another version is installed', async () => {
    const packaged = await start({ binaries: 'packaged' });
    await packaged.stop();

    expect((await start({ binaries: 'any' })).origin).toMatch(/^(packaged|system) 18\./);
  });
});

if (isRoot) {
  describe('as root', () => {
    test('the server runs as nobody, who owns the data and nothing else', async () => {
      const server = await start();

      expect(statSync(`/proc/${server.pid}`).uid).toBe(nobody);
      expect(statSync(join(dataDir, 'cluster')).uid).toBe(nobody);
      expect(statSync(join(dataDir, 'password')).uid).toBe(0);
    });

    test('a home that nobody may not enter works as well', async () => {
      chmodSync(folder, 0o700);
      const first = await start();
      await value(first.url, `create table kept as select 'here' as what`);
      await first.stop();

      expect(await value((await start()).url, 'select what from kept')).toBe('here');
    });

    test('data made for nobody is taken along when its home is closed to others', async () => {
      const first = await start();
      await value(first.url, `create table kept as select 'here' as what`);
      await first.stop();
      chmodSync(folder, 0o700);

      expect(await value((await start()).url, 'select what from kept')).toBe('here');
    });

    test.each<BinariesWanted>([{ source: 'any' }, { source: 'packaged' }])(
      'where there are no user namespaces either, copies serve nobody ($source)',
      async (wanted) => {
        chmodSync(folder, 0o700);
        const shared = testFolder();
        try {
          mkdirSync(dataDir, { recursive: true });
          const here = await findPlace(dataDir, closedToOthers(await findBinaries(wanted)));

          const there = await moveForNobody(here, dataDir, {
            cache: join(shared, 'cache'),
            data: join(shared, 'data'),
          });

          await ensureCluster(there, 'secret');
          expect(there.runAs.kind).toBe('nobody');
          expect(currentFolder(dataDir)).toBe(there.folder);
          expect(there.folder.startsWith(shared)).toBe(true);
          expect(readFileSync(join(there.folder, 'cluster', 'PG_VERSION'), 'utf8')).toBe(
            `${here.binaries.major}\n`,
          );
        } finally {
          rmSync(shared, { recursive: true });
        }
      },
    );
  });

  test('an ordinary user starts one of their own', async () => {
    chownSync(folder, nobody, nobody);
    const parent = await launchInProcess<RunningPostgres>('postgres', [dataDir], {
      uid: nobody,
      gid: nobody,
      env: { PATH: process.env.PATH, HOME: folder },
    });
    try {
      expect(await value(parent.server.url, 'select 1')).toBe(1);
      expect(statSync(join(dataDir, 'password')).uid).toBe(nobody);
    } finally {
      await parent.kill();
      await stopProcess(parent.server.pid, [['SIGINT', 10_000]]);
    }
  });
}

async function start(options: Partial<PostgresOptions> = {}): Promise<RunningPostgres> {
  const server = await startPostgres({ dataDir, log: (line) => lines.push(line), ...options });
  running.push(server);
  return server;
}

/** The packaged programs below a folder of mode 0700, as when they are installed in root's home. */
function closedToOthers(binaries: PostgresBinaries): PostgresBinaries {
  if (binaries.kind === 'system') return binaries;
  return copyBinaries(binaries, join(folder, 'closed'));
}

async function value(url: string, statement: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text: statement, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
