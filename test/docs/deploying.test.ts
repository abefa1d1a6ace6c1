import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { freePort } from '../../sandbox/ports';
import { type RunningTemporal, startTemporal } from '../../sandbox/temporal/start';
import { createTwilioSandbox, type TwilioSandbox } from '../../sandbox/twilio/sandbox';
import { emptyDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { testFolder } from '../support/folders';
import { root } from './support/documents';
import { blockToRun } from './support/terminal';

const accountSid = `AC${'1'.repeat(32)}`;
const phone = '+12125550142';

// A provider and servers that are not Jornada's, and its own processes apart, as the block of docs/deploying.md has them.
describe('Jornada past one machine', () => {
  const processes = new Map<string, ChildProcess>();
  const logs = new Map<string, string>();
  let home: string;
  let database: TestDatabase;
  let temporal: RunningTemporal;
  let twilio: TwilioSandbox;
  let twilioServer: FastifyInstance;
  let url: string;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: root });
    home = testFolder();
    database = await emptyDatabase();
    temporal = await startTemporal({ home, log: () => {}, headless: true, inMemory: true });
    url = `http://127.0.0.1:${await freePort()}`;
    twilio = createTwilioSandbox({
      accountSid,
      authToken: 'token',
      now: () => new Date(),
      webhooks: { inboundUrl: `${url}/webhooks/twilio/inbound` },
    });
    twilioServer = fastify();
    await twilioServer.register(twilio.rest);
    await twilioServer.register(twilio.control);
    environment = {
      PATH: process.env.PATH,
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: temporal.address,
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_AUTH_TOKEN: 'token',
      TWILIO_FROM: '+15005550006',
      TWILIO_API_URL: await twilioServer.listen({ host: '127.0.0.1', port: 0 }),
      PUBLIC_URL: url,
      JORNADA_WRITE_KEY: 'write-key',
      JORNADA_API_TOKEN: 'api-token',
    };
  }, 180_000);

  afterAll(async () => {
    await Promise.all([...processes.keys()].map(stop));
    await twilioServer?.close();
    await twilio?.close();
    await temporal?.stop();
    await database?.drop();
    rmSync(home, { recursive: true, force: true });
  });

  it('migrates once, then serves and works in processes of their own', async () => {
    const commands = [...blockToRun('apart').text.matchAll(/^jornada (\w+)/gm)].map(([, command]) => command);
    expect(commands).toEqual(['migrate', 'ingest', 'worker']);
    const [migrated] = (await once(begin('migrate'), 'close')) as [number | null];
    expect(migrated).toBe(0);
    const workerPort = await freePort();
    begin('ingest', { PORT: new URL(url).port });
    begin('worker', { PORT: String(workerPort) });
    for (const origin of [url, `http://127.0.0.1:${workerPort}`]) {
      await eventually(async () => (await fetch(`${origin}/health/ready`)).ok, { timeout: 60_000 });
      expect((await fetch(`${origin}/metrics`)).status).toBe(200);
    }
  }, 120_000);

  it('takes an event from its arrival to the report of a delivery', async () => {
    const properties = { appointmentId: 'A1', startsAt: new Date(Date.now() + 7 * 86_400_000).toISOString() };
    await track({ type: 'identify', userId: 'u1', traits: { phone } });
    await track({ type: 'track', userId: 'u1', event: 'Appointment Booked', properties });
    await eventually(
      async () => {
        const { items } = await api<{ message: string; status: string }>('/api/sends?customer=user_id:u1');
        return items.some(
          ({ message, status }) => message === 'appointment-confirmation' && status === 'delivered',
        );
      },
      { timeout: 30_000 },
    );
  });

  it('takes a STOP from the provider', async () => {
    const inbound = { method: 'POST', body: JSON.stringify({ from: phone, body: 'STOP' }) };
    await fetch(`${environment.TWILIO_API_URL}/sandbox/inbound`, {
      ...inbound,
      headers: { 'content-type': 'application/json' },
    });
    const { items } = await api<{ to: string }>('/api/customers/user_id:u1/timeline?kinds=consent');
    expect(items.map(({ to }) => to)).toEqual(['unsubscribed']);
  });

  it('says that Temporal is away, and ends for its supervisor to start it again', async () => {
    const worker = begin('worker', { TEMPORAL_ADDRESS: '127.0.0.1:1', PORT: '0' }, 'worker-without-temporal');
    expect(((await once(worker, 'close')) as [number])[0]).toBe(4);
    expect(logs.get('worker-without-temporal')).toContain('Temporal cannot be reached at 127.0.0.1:1.');
  });

  it('keeps the sandbox, and people, out of it', async () => {
    expect((await fetch(`${url}/sandbox`)).status).toBe(404);
    expect((await fetch(`${url}/sandbox/clock`)).status).toBe(404);
    for (const [, log] of logs) expect(log).not.toMatch(/555.?0142/);
  });

  it('ends each process in order when it is asked to', async () => {
    expect(await stop('worker')).toBe(0);
    expect(await stop('ingest')).toBe(0);
  });

  function begin(command: string, more: NodeJS.ProcessEnv = {}, name = command): ChildProcess {
    const child = spawn(process.execPath, [join(root, 'bin', 'jornada.js'), command], {
      cwd: home,
      env: { ...environment, ...more },
    });
    const write = (text: Buffer) => logs.set(name, `${logs.get(name) ?? ''}${text.toString()}`);
    child.stdout.on('data', write);
    child.stderr.on('data', write);
    processes.set(name, child);
    return child;
  }

  async function stop(command: string): Promise<number | null> {
    const child = processes.get(command);
    if (!child || child.exitCode !== null) return child?.exitCode ?? null;
    const closed = once(child, 'close') as Promise<[number | null]>;
    child.kill('SIGTERM');
    return (await closed)[0];
  }

  async function track(event: object): Promise<void> {
    const body = JSON.stringify({ writeKey: 'write-key', batch: [event] });
    expect((await fetch(`${url}/v1/batch`, { method: 'POST', body })).status).toBe(200);
  }

  async function api<Item>(path: string): Promise<{ items: Item[] }> {
    const response = await fetch(url + path, { headers: { authorization: 'Bearer api-token' } });
    expect(response.status).toBe(200);
    return (await response.json()) as { items: Item[] };
  }
});
