import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTwilioSandbox } from '../../sandbox/twilio/sandbox';
import { eventually } from '../support/eventually';
import {
  accountSid,
  anna,
  authToken,
  bob,
  clientOf,
  failureOf,
  ourNumber,
  type RunningSandbox,
  runSandbox,
  serviceSid,
  WebhookReceiver,
} from './twilio-support';

let folder: string;
let journal: string;
let hooks: WebhookReceiver;
const open: RunningSandbox[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'twilio-journal-'));
  journal = join(folder, 'nested', 'twilio.ndjson');
  hooks = await new WebhookReceiver().listen();
});

afterEach(async () => {
  for (const running of open.splice(0)) await running.stop();
  await hooks.close();
  rmSync(folder, { recursive: true, force: true });
});

const start = async (more: object = {}) => {
  const running = await runSandbox({ journal, hooks, ...more });
  open.push(running);
  return running;
};

describe('a sandbox on the journal of an earlier one', () => {
  it('has its messages, with their states, dates and order', async () => {
    const first = await start({ now: () => new Date('2027-02-02T15:00:00Z') });
    for (const body of ['one', 'two', 'three']) {
      await first.client.messages.create({ to: anna, from: ourNumber, body });
    }
    await first.sandbox.idle();
    const scheduled = await first.client.messages.create({
      to: bob,
      messagingServiceSid: serviceSid,
      body: 'later',
      scheduleType: 'fixed',
      sendAt: new Date(Date.now() + 3_600_000),
    });
    const [three, two] = await first.client.messages.list({ to: anna });
    await first.client.messages(three?.sid ?? '').update({ body: '' });
    await first.client.messages(two?.sid ?? '').remove();
    const before = await first.control('GET', '/sandbox/messages');
    await first.stop();

    const second = await start();
    const after = await second.control('GET', '/sandbox/messages');
    expect(after.body).toEqual(before.body);
    expect(after.body.items.map((item) => item.body)).toEqual(['one', '', 'later']);
    expect(after.body.items[0]).toMatchObject({ status: 'delivered', at: '2027-02-02T15:00:00.000Z' });
    const canceled = await second.client.messages(scheduled.sid).update({ status: 'canceled' });
    expect(canceled.status).toBe('canceled');
    const fourth = await second.client.messages.create({ to: anna, from: ourNumber, body: 'four' });
    const [newest] = await second.client.messages.list();
    expect(newest?.sid).toBe(fourth.sid);
  });

  it('still refuses those who opted out, and knows the service of its numbers', async () => {
    const first = await start();
    await first.client.messages.create({ to: anna, messagingServiceSid: serviceSid, body: 'Hello' });
    await first.sandbox.idle();
    await first.control('POST', '/sandbox/inbound', { from: anna, body: 'STOP' });
    await first.control('POST', '/sandbox/inbound', { from: bob, body: 'STOP' });
    await first.control('POST', '/sandbox/inbound', { from: bob, body: 'START' });
    await first.stop();

    const second = await start();
    const create = (to: string) =>
      second.client.messages.create({ to, messagingServiceSid: serviceSid, body: 'Hello' });
    expect(await failureOf(create(anna))).toMatchObject({ code: 21610 });
    expect((await create(bob)).status).toBe('accepted');
    await second.control('POST', '/sandbox/inbound', { from: anna, body: 'START' });
    expect(hooks.received.at(-1)?.form.MessagingServiceSid).toBe(serviceSid);
    expect((await create(anna)).status).toBe('accepted');
  });

  it('keeps its faults with what is left of them', async () => {
    const first = await start();
    await first.control('POST', '/sandbox/faults', { fault: 'refuse', code: 21611, times: 2 });
    await failureOf(first.client.messages.create({ to: anna, from: ourNumber, body: 'Hello' }));
    await first.stop();
    const second = await start();
    expect((await second.control('GET', '/sandbox/faults')).body.items).toEqual([
      expect.objectContaining({ fired: 1, remaining: 1 }),
    ]);
  });

  it('shortens what is mostly history, and says the same afterwards', async () => {
    const first = await start();
    const { sid } = await first.client.messages.create({ to: anna, from: ourNumber, body: 'Hello' });
    await first.control('POST', '/sandbox/inbound', { from: bob, body: 'STOP' });
    await first.control('POST', '/sandbox/faults', { fault: 'error_500', to: anna });
    const feedback = () => first.client.messages(sid).feedback.create({ outcome: 'confirmed' });
    await Promise.all(Array.from({ length: 1_100 }, feedback));
    const before = await first.control('GET', '/sandbox/messages');
    await first.stop();
    const long = statSync(journal).size;

    const second = await start();
    expect(statSync(journal).size).toBeLessThan(long / 10);
    expect((await second.control('GET', '/sandbox/messages')).body).toEqual(before.body);
    expect((await second.control('GET', '/sandbox/faults')).body.items).toHaveLength(1);
    expect(
      await failureOf(second.client.messages.create({ to: bob, from: ourNumber, body: 'Hello' })),
    ).toMatchObject({ code: 21610 });
  });
});

describe('a journal that a crash has touched', () => {
  const someMessage = async () => {
    const first = await start();
    await first.client.messages.create({ to: anna, from: ourNumber, body: 'Hello' });
    await first.stop();
  };

  it('loses a line nobody was told of, and goes on behind it', async () => {
    await someMessage();
    const whole = readFileSync(journal, 'utf8');
    appendFileSync(journal, '{"type":"message","message":{"sid":"SM');
    const second = await start();
    expect(readFileSync(journal, 'utf8').startsWith(whole)).toBe(true);
    await second.client.messages.create({ to: anna, from: ourNumber, body: 'Again' });
    await second.stop();
    const third = await start();
    expect(await third.client.messages.list({ to: anna })).toHaveLength(2);
  });

  it('is refused, with the line, when it is damaged elsewhere', async () => {
    await someMessage();
    const lines = readFileSync(journal, 'utf8').split('\n');
    lines[1] = 'damaged';
    writeFileSync(journal, lines.join('\n'));
    const options = {
      accountSid,
      authToken,
      journal,
      now: () => new Date(),
      webhooks: { inboundUrl: 'http://a' },
    };
    expect(() => createTwilioSandbox(options)).toThrow(
      expect.objectContaining({
        code: 'SANDBOX_JOURNAL_DAMAGED',
        message: expect.stringContaining('Line 2'),
      }),
    );
  });

  it('is refused when it is something else', () => {
    const other = join(folder, 'other.ndjson');
    writeFileSync(other, '{"hello":"world"}\n');
    const options = {
      accountSid,
      authToken,
      journal: other,
      now: () => new Date(),
      webhooks: { inboundUrl: 'http://a' },
    };
    expect(() => createTwilioSandbox(options)).toThrow(
      expect.objectContaining({ code: 'SANDBOX_JOURNAL_DAMAGED' }),
    );
  });
});

describe('after kill -9', () => {
  it('every message that was answered is there once, and each callback arrives', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const client = clientOf(url, { timeout: 2_000 });
    const accepted: string[] = [];
    let child = await startChild(port);
    const sender = (async () => {
      for (let n = 0; accepted.length < 60; n++) {
        const created = client.messages.create({
          to: anna,
          from: ourNumber,
          body: String(n),
          statusCallback: hooks.url('/status#rc=5&rp=all'),
        });
        await created.then(
          ({ sid }) => accepted.push(sid),
          () => undefined,
        );
      }
    })();
    for (const kills of [15, 35]) {
      await eventually(() => accepted.length >= kills);
      await kill(child);
      child = await startChild(port);
    }
    await sender;
    await eventually(() => accepted.every((sid) => hooks.statuses(sid).includes('delivered')));
    const listed = await client.messages.list({ to: anna });
    for (const sid of accepted) expect(listed.filter((message) => message.sid === sid)).toHaveLength(1);
    expect(new Set(listed.map(({ sid }) => sid)).size).toBe(listed.length);
    expect(hooks.received.every(({ authentic }) => authentic)).toBe(true);
    await kill(child);
  });

  it('the webhook of a text that was taken is posted', async () => {
    const port = await freePort();
    hooks.answer = () => {};
    let child = await startChild(port);
    const lost = failureOf(
      fetch(`http://127.0.0.1:${port}/sandbox/inbound`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ from: anna, body: 'STOP' }),
      }),
    );
    await eventually(() => hooks.received.length === 1);
    await kill(child);
    await lost;
    hooks.answer = (_webhook, response) => response.writeHead(204).end();
    child = await startChild(port);
    await eventually(() => hooks.received.length === 2);
    expect(hooks.received[1]?.form).toEqual(hooks.received[0]?.form);
    await kill(child);
  });

  /** The sandbox in a process of its own. */
  async function startChild(port: number): Promise<ChildProcess> {
    const child = spawn(process.execPath, ['-e', childProgram], {
      env: {
        ...process.env,
        SANDBOX: require.resolve('../../sandbox/twilio/sandbox'),
        OPTIONS: JSON.stringify({ accountSid, authToken, journal, numbers: [ourNumber] }),
        INBOUND_URL: hooks.url('/inbound'),
        PORT: String(port),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve, reject) => {
      child.stdout?.once('data', () => resolve());
      child.once('exit', (code) => reject(new Error(`the sandbox's process left with ${code}`)));
    });
    return child;
  }
});

async function kill(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

async function freePort(): Promise<number> {
  const receiver = await new WebhookReceiver().listen();
  const { port } = receiver;
  await receiver.close();
  return port;
}

// The sources are compiled on the way in, as jest does it.
const childProgram = `
  const { transformFileSync } = require('@swc/core');
  require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file, {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' },
  }).code, file);
  const { createTwilioSandbox } = require(process.env.SANDBOX);
  const app = require('fastify')();
  const sandbox = createTwilioSandbox({
    ...JSON.parse(process.env.OPTIONS),
    now: () => new Date(),
    webhooks: { inboundUrl: process.env.INBOUND_URL },
  });
  app.register(sandbox.rest);
  app.register(sandbox.control);
  app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) }).then(() => console.log('ready'));
`;
