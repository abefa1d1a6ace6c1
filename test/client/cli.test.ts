import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../client/cli/program';
import { sha256 } from '../../client/http/secrets';
import { laneOf } from '../../store/lanes';
import { insertQuarantined } from '../../store/quarantine';
import { enabledSources } from '../../store/sources';
import { emptyDatabase, type TestDatabase, testDatabase } from '../support/database';
import { recordOf } from './record';

// Half a second each: no command here may wait for them.
for (const heavy of ['@temporalio/worker', 'twilio', 'fastify']) {
  jest.doMock(heavy, () => {
    throw new Error(`${heavy} was loaded`);
  });
}

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  await database?.drop();
});

interface Ran {
  exitCode: number;
  out: string;
  err: string;
  /** Standard output as JSON. */
  json: <T>() => T;
}

async function jornada(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const written = { out: '', err: '' };
  const exitCode = await runCli(args, {
    out: { write: (text) => (written.out += text) },
    err: { write: (text) => (written.err += text) },
    env: { DATABASE_URL: database.url, ...env },
  });
  return { exitCode, ...written, json: () => JSON.parse(written.out) };
}

describe('the command line', () => {
  it('tells its version', async () => {
    const { exitCode, out } = await jornada(['--version']);
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it('prints help, with the exit codes, and exits 0', async () => {
    const { exitCode, out } = await jornada(['--help']);
    expect(exitCode).toBe(0);
    for (const command of ['up', 'demo', 'why', 'travel', 'quarantine', 'ingest', 'worker']) {
      expect(out).toContain(`\n  ${command}`);
    }
    expect(out).toContain('Exit codes: 0 done');
  });

  it.each([
    [['nonsense']],
    [['why']],
    [['why', 'user_id:u1', '--nonsense']],
    [['why', 'no-colon']],
    [['why', 'user_id:u1', '--kinds', 'event,nonsense']],
    [['up', '--port', '70000']],
    [['up', '--clock', 'tomorrow']],
    [['up', '--clock', '2027']],
    [['readmit', 'flash-reward', '--since', '2027-02-31']],
    [['simulate', 'onboarding', '--from', 'Feb 2 2027']],
    [['demo', '--buyers', '-1']],
    [['travel', 'far', 'away']],
    [['quarantine', 'replay', 'm1', '--set', 'providerId']],
    [['outbox', 'retry', 'first']],
  ])('%j is not understood: exits 2', async (args) => {
    const { exitCode, err } = await jornada(args);
    expect(exitCode).toBe(2);
    expect(err).not.toBe('');
  });

  it.each([
    [['nonsense', '--json']],
    [['--json']],
    [['why', '--json']],
    [['--json', 'why', 'user_id:u1', '--odd']],
  ])('says in JSON what is not understood, when asked to: %j', async (args) => {
    const { exitCode, out, err } = await jornada(args);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(JSON.parse(err)).toEqual({
      error: { code: 'usage', message: expect.stringContaining('jornada --help') },
    });
  });

  it('exits 3 with every problem when the environment is not usable', async () => {
    const { exitCode, err } = await jornada(['ingest'], { PORT: 'x', DATABASE_URL: '' });
    expect(exitCode).toBe(3);
    for (const name of ['PORT', 'DATABASE_URL', 'PUBLIC_URL', 'JORNADA_API_TOKEN'])
      expect(err).toContain(name);
  });

  it('exits 4 when the database does not answer, or no stack runs', async () => {
    const away = await jornada(['journeys'], { DATABASE_URL: 'postgres://127.0.0.1:1/nothing' });
    expect(away).toMatchObject({ exitCode: 4, err: expect.stringContaining('The database does not answer') });
    const none = await jornada(['journeys', '--home', '/nowhere']);
    expect(none).toMatchObject({ exitCode: 4, err: expect.stringContaining('No stack runs in /nowhere') });
  });

  it('tells failures as one sentence, as JSON when asked to, and with their stack when verbose', async () => {
    const plain = await jornada(['why', 'user_id:nobody']);
    expect(plain).toMatchObject({ exitCode: 5, out: '', err: 'No customer has this identifier.\n' });
    const json = await jornada(['why', 'user_id:nobody', '--json']);
    expect(JSON.parse(json.err)).toEqual({
      error: { code: 'customer_not_found', message: 'No customer has this identifier.' },
    });
    const verbose = await jornada(['--verbose', 'why', 'user_id:nobody']);
    expect(verbose.err).toMatch(/\n +at /);
  });

  it('finds the database of a stack by its home, before DATABASE_URL', async () => {
    const home = mkdtempSync(join(tmpdir(), 'jornada-cli-'));
    const url = 'http://127.0.0.1:1';
    const stack = { url, databaseUrl: database.url, temporalAddress: '127.0.0.1:1', apiToken: 't' };
    writeFileSync(join(home, 'stack.json'), JSON.stringify(stack));
    const elsewhere = { DATABASE_URL: 'postgres://127.0.0.1:1/nothing' };
    expect(await jornada(['sources', 'list', '--home', home], elsewhere)).toMatchObject({ exitCode: 0 });
    expect(await jornada(['sources', 'list'], { DATABASE_URL: '', JORNADA_HOME: home })).toMatchObject({
      exitCode: 0,
    });
    rmSync(home, { recursive: true });
  });

  it('colors only a terminal, unless told otherwise', async () => {
    const colored = async (env: NodeJS.ProcessEnv) =>
      (await jornada(['journeys'], env)).out.includes('\u001B[');
    expect(await colored({})).toBe(false);
    expect(await colored({ FORCE_COLOR: '1' })).toBe(true);
  });

  it('migrates an empty database, once', async () => {
    const empty = await emptyDatabase();
    const env = { DATABASE_URL: empty.url };
    expect((await jornada(['migrate'], env)).out).toContain('0001-foundation.sql');
    expect((await jornada(['migrate'], env)).out).toBe('The database is up to date.\n');
    expect((await jornada(['migrate', '--json'], env)).json()).toEqual({ applied: [] });
    await empty.drop();
  });
});

describe('why', () => {
  beforeAll(async () => {
    const x = recordOf(database.pool);
    const { profileId: profile_id } = x;
    const key = '+12125550142';
    await x.profile(
      { stage: 'active', traits: { timezone: 'America/Los_Angeles' } },
      { user_id: 'why', phone: key },
    );
    const given = { channel: 'sms', key, source: 'clinic form' };
    await x.insert('subscriptions', {
      profile_id,
      ...given,
      status: 'subscribed',
      at: '2027-01-05T15:00:00Z',
    });
    await x.insert('consent_changes', {
      profile_id,
      ...given,
      at: '2027-01-05T15:00:00Z',
      from_status: 'none',
      to_status: 'subscribed',
    });
    await x.event('Visit Checked In', '2027-02-03T07:30:00Z', {
      properties: { visitId: 'V1', providerId: 7 },
    });
    const enrollmentId = await x.enrollment('flash-reward', '2027-02-03T07:30:00Z', { key: 'V1' });
    await x.change('flash-reward', 'entered', '2027-02-03T07:30:00Z', {
      enrollment_id: enrollmentId,
      key: 'V1',
    });
    await x.decision(enrollmentId, '2027-02-03T07:30:01Z', {
      verdict: 'deferred',
      reason: 'quiet_hours',
      until: '2027-02-03T16:00:00Z',
      checks: JSON.stringify([
        { check: 'erased', result: 'passed', saw: { erased: false } },
        {
          check: 'consent',
          result: 'passed',
          saw: {
            purpose: 'moment',
            channel: 'sms',
            status: 'subscribed',
            source: 'clinic form',
            at: '2027-01-05T15:00:00.000Z',
          },
        },
        { check: 'ended', result: 'passed', saw: { status: 'open' } },
        { check: 'lifecycle', result: 'passed', saw: { during: null, stage: 'active' } },
        { check: 'lock', result: 'passed', saw: { purpose: 'moment' } },
        {
          check: 'holdout',
          result: 'passed',
          saw: {
            heldOut: false,
            asked: [{ experiment: 'flash-reward', arm: 'treatment', bucket: '7,312 of 10,000', percent: 10 }],
          },
        },
        {
          check: 'cap',
          result: 'passed',
          saw: {
            caps: [{ counted: 0, most: 1, on: '2027-02-02' }],
            law: { counted: 2, most: 3, since: '2027-02-02T07:30:01.000Z' },
          },
        },
        {
          check: 'quiet_hours',
          result: 'refused',
          saw: {
            local: [
              {
                zone: 'America/Los_Angeles',
                date: '2027-02-02',
                time: '23:30:01',
                open: [{ from: '08:00', to: '21:00' }],
              },
            ],
          },
        },
      ]),
    });
    const sendId = await x.send(enrollmentId, '2027-02-03T16:00:00Z');
    const change = { send_id: sendId, profile_id, at: '2027-02-03T16:00:00Z' };
    await x.insert('send_changes', { ...change, status: 'reserved' });
    await x.insert('send_changes', { ...change, status: 'failed', error_code: '30006', provider_sid: 'SM1' });
  });

  it('tells a customer’s story day by day, in their local time, decisions with the values seen', async () => {
    const { exitCode, out } = await jornada(['why', 'phone:(212) 555-0142']);
    expect(exitCode).toBe(0);
    expect(out).toBe(`phone:+12125550142  user_id:why
stage active · America/Los_Angeles
sms subscribed  +12125550142  by clinic form on 2027-01-05

Tue 2027-01-05
  07:00:00  consent     sms none → subscribed  +12125550142  by clinic form

Tue 2027-02-02
  23:30:00  event       Visit Checked In  visitId V1, providerId 7
  23:30:00  enrollment  flash-reward v1 entered  key V1
  23:30:01  decision    flash-reward deferred (quiet_hours)  until 2027-02-03 08:00:00
                        ✓ erased       no
                        ✓ consent      subscribed (sms) since 2027-01-05, by clinic form; asked as moment
                        ✓ ended        no
                        ✓ lifecycle    none
                        ✓ lock         moment messages pass
                        ✓ holdout      7,312 of 10,000, not held out of flash-reward (10%)
                        ✓ cap          the law: 2 of 3 since 2027-02-02T07:30:01.000Z; 0 of 1 on 2027-02-02
                        ✗ quiet hours  23:30 in America/Los_Angeles, open 08:00–21:00

Wed 2027-02-03
  08:00:00  send        flash-reward reserved  "Thanks!"
  08:00:00  send        flash-reward failed  error 30006  SM1
`);
  });

  it('tells only some kinds when asked to', async () => {
    const { out } = await jornada(['why', 'user_id:why', '--kinds', 'enrollment,consent']);
    expect(out).toContain('flash-reward v1 entered');
    expect(out).not.toContain('decision');
  });

  it('gives the whole record as JSON', async () => {
    const { customer, items } = (await jornada(['why', 'user_id:why', '--json'])).json<{
      customer: { stage: string };
      items: { kind: string }[];
    }>();
    expect(customer.stage).toBe('active');
    expect(items.map(({ kind }) => kind)).toEqual([
      'consent',
      'event',
      'enrollment',
      'decision',
      'send',
      'send',
    ]);
  });

  it('goes on past the first thousand', async () => {
    const x = recordOf(database.pool);
    await x.profile({}, { user_id: 'busy' });
    await database.pool.query(
      `insert into stage_changes (profile_id, at, to_stage)
       select $1, '2027-01-01'::timestamptz + n * interval '1 second', 'new' from generate_series(1, 2500) n`,
      [x.profileId],
    );
    const { items } = (await jornada(['why', 'user_id:busy', '--json'])).json<{ items: unknown[] }>();
    expect(items).toHaveLength(2500);
  });
});

describe('journeys', () => {
  it('lists the journeys that ship, with what became of their enrollments', async () => {
    const x = recordOf(database.pool);
    await x.profile();
    await x.enrollment('onboarding', '2027-02-02T15:00:00Z', {
      status: 'exited',
      ended_at: '2027-02-03T15:00:00Z',
    });
    const { out } = await jornada(['journeys']);
    expect(out).toMatch(/^onboarding v1 +marketing +running +0 +1 +exited 1$/m);
    expect(out).toMatch(/^reactivation v1 +marketing +running +0 +0$/m);
    const { items } = (await jornada(['journeys', '--json'])).json<{ items: { journey: string }[] }>();
    expect(items.find(({ journey }) => journey === 'onboarding')).toMatchObject({ open: 0, ended: 1 });
  });
});

describe('readmit', () => {
  it('says what came of it, and takes only a journey and a reason that there are', async () => {
    const { exitCode, out } = await jornada(['readmit', 'onboarding', '--since', '2027-01-01']);
    expect([exitCode, out]).toEqual([0, 'onboarding: 0 entered.\n']);
    expect(await jornada(['readmit', 'no-such'])).toMatchObject({ exitCode: 5 });
    expect(await jornada(['readmit', 'onboarding', '--because', 'so'])).toMatchObject({ exitCode: 2 });
    expect(await jornada(['readmit', 'onboarding', '--since', 'lately'])).toMatchObject({ exitCode: 2 });
    await jornada(['pause', 'onboarding']);
    expect(await jornada(['readmit', 'onboarding'])).toMatchObject({ exitCode: 6 });
    await jornada(['resume', 'onboarding']);
  });
});

describe('codes', () => {
  const file = (text: string) => {
    const path = join(mkdtempSync(join(tmpdir(), 'jornada-codes-')), 'codes.txt');
    writeFileSync(path, text);
    return path;
  };
  const load = (offer: string, text: string, ...more: string[]) =>
    jornada(['codes', 'load', offer, file(text), ...more]);

  it('load once each, whatever blank lines there are, and are told only in numbers', async () => {
    expect((await jornada(['codes', 'list'])).out).toBe('No codes have been loaded.\n');
    const first = await load('provider-offer', 'AAAA-1\r\n\n AAAA-2 \nAAAA-1\n');
    expect(first.out).toBe('2 codes loaded for provider-offer; 0 known before.\n');
    const again = await load('provider-offer', 'AAAA-2\nAAAA-3', '--json');
    expect(again.json()).toEqual({ offer: 'provider-offer', loaded: 1, known: 1 });
    const list = await jornada(['codes', 'list']);
    expect(list.out).toMatch(/^provider-offer +3 +0 +0 +3$/m);
    expect(list.out).not.toContain('AAAA');
  });

  it('are refused for an offer without codes, and where a line is none, which is not repeated', async () => {
    expect(await load('flash-reward', 'AAAA-9')).toMatchObject({ exitCode: 5 });
    const { exitCode, err } = await load('provider-offer', 'AAAA-9\nnot a code');
    expect([exitCode, err]).toEqual([2, expect.stringMatching(/^Line 2 is no code/)]);
    expect(err).not.toContain('not a');
    expect(await jornada(['codes', 'load', 'provider-offer', '/no/such/file'])).toMatchObject({
      exitCode: 5,
    });
    expect((await jornada(['codes', 'list', '--json'])).json()).toMatchObject({ items: [{ loaded: 3 }] });
  });
});

describe('launch', () => {
  it('estimates with the codes that are left', async () => {
    const { exitCode, out } = await jornada(['launch', 'provider-offer', '--estimate']);
    expect(exitCode).toBe(0);
    expect(out).toContain('3 codes are left.');
    expect(out).toContain('It sends provider-offer first');
  });

  it('takes only journeys that enter an audience', async () => {
    for (const more of [[], ['--estimate']]) {
      const { exitCode, err } = await jornada(['launch', 'reactivation', ...more]);
      expect([exitCode, err]).toEqual([6, expect.stringMatching(/^reactivation is entered by a stage/)]);
    }
    expect(await jornada(['launch', 'no-such'])).toMatchObject({ exitCode: 5 });
    expect(await jornada(['launch', 'reactivation', '--approve'])).toMatchObject({ exitCode: 6 });
  });
});

describe('pause, resume, stop, halt', () => {
  it('hold a journey or all sending, and say so with who did it and why', async () => {
    const said = ['--by', 'Ana', '--note', 'wrong text'];
    expect((await jornada(['pause', 'reactivation', ...said])).out).toMatch(/^reactivation is paused\./);
    expect((await jornada(['pause', 'reactivation'])).out).toBe('reactivation is paused already.\n');
    expect((await jornada(['halt', ...said])).out).toMatch(/^All sending is halted/);
    const { out } = await jornada(['journeys']);
    expect(out).toMatch(/^reactivation v1 +marketing +paused/m);
    expect(out).toMatch(/^reactivation is paused since \S+ by Ana: wrong text\.$/m);
    expect(out).toMatch(/^All sending is halted since \S+ by Ana: wrong text\.$/m);

    const stopped = await jornada(['stop', 'reactivation', '--json']);
    expect(stopped.json()).toMatchObject({ state: 'stopped', changed: true });
    expect(await jornada(['pause', 'reactivation'])).toMatchObject({ exitCode: 6 });

    // No worker runs here that would end it.
    const customer = recordOf(database.pool);
    await customer.profile();
    const run = await customer.enrollment('reactivation', '2027-02-02T15:00:00Z');
    const again = await jornada(['stop', 'reactivation']);
    expect(again.out).toBe('reactivation is stopped already.\nOpen still: 1.\n');
    const waited = jornada(['stop', 'reactivation', '--wait', '--json']);
    await database.pool.query(
      `update enrollments set status = 'exited', ended_at = clock_now() where enrollment_id = $1`,
      [run],
    );
    expect((await waited).json()).toMatchObject({ state: 'stopped', openRuns: 0, changed: false });
    expect((await jornada(['resume', 'reactivation', '--json'])).json()).toEqual({
      journey: 'reactivation',
      state: 'running',
      changed: true,
    });
    expect((await jornada(['resume-sends', '--json'])).json()).toEqual({ state: 'on', changed: true });
    expect(await jornada(['pause', 'no-such'])).toMatchObject({ exitCode: 5 });
  });
});

describe('quarantine', () => {
  const violations = [{ path: 'properties.providerId', code: 'required', message: 'required: providerId' }];
  const event = { type: 'track', event: 'Visit Checked In', userId: 'q', properties: { visitId: 'V1' } };
  const set = (messageId: string) =>
    insertQuarantined(database.pool, [{ messageId, sentAt: null, source: 'default', event, violations }]);

  it('lists events with each violation', async () => {
    await set('list-me');
    const { out } = await jornada(['quarantine', 'list']);
    expect(out).toContain('list-me');
    expect(out).toContain('track Visit Checked In');
    expect(out).toContain('  properties.providerId  required  required: providerId');
    const { items } = (await jornada(['quarantine', 'list', '--json', '--limit', '1'])).json<{
      items: unknown[];
    }>();
    const receivedAt = expect.any(String);
    expect(items).toEqual([{ messageId: 'list-me', receivedAt, source: 'default', event, violations }]);
  });

  it('replays a corrected event once, and refuses one that is still wrong', async () => {
    await set('replay-me');
    const still = await jornada(['quarantine', 'replay', 'replay-me']);
    expect(still).toMatchObject({ exitCode: 6, err: expect.stringContaining('required: providerId') });

    const right = ['quarantine', 'replay', 'replay-me', '--set', 'providerId=P7', 'floor=2', '--json'];
    expect((await jornada(right)).json()).toEqual({ replayed: true });
    expect((await jornada(right)).json()).toEqual({ replayed: false });
    const { items } = (await jornada(['why', 'user_id:q', '--json', '--kinds', 'event'])).json<{
      items: unknown[];
    }>();
    expect(items).toEqual([
      expect.objectContaining({
        messageId: 'replay-me',
        properties: expect.objectContaining({ visitId: 'V1', providerId: 'P7', floor: 2 }),
      }),
    ]);
  });

  it('drops an event for good', async () => {
    await set('drop-me');
    expect(await jornada(['quarantine', 'drop', 'drop-me'])).toMatchObject({
      exitCode: 0,
      out: 'Dropped.\n',
    });
    expect(await jornada(['quarantine', 'drop', 'drop-me'])).toMatchObject({ exitCode: 5 });
    expect(await jornada(['quarantine', 'replay', 'drop-me'])).toMatchObject({ exitCode: 5 });
  });
});

describe('sources', () => {
  it('adds one with a key of its own, which is kept only as a digest', async () => {
    const added = (await jornada(['sources', 'add', 'shop', '--store-unplanned', '--json'])).json<{
      writeKey: string;
    }>();
    const [source] = (await enabledSources(database.pool)).filter(({ name }) => name === 'shop');
    expect(source).toMatchObject({ storeUnplanned: true });
    expect(source?.keySha256.equals(sha256(added.writeKey))).toBe(true);
    expect(await jornada(['sources', 'add', 'shop'])).toMatchObject({
      exitCode: 6,
      err: 'A source is called shop already.\n',
    });
  });

  it('lists and disables them', async () => {
    await jornada(['sources', 'add', 'till']);
    expect((await jornada(['sources', 'list'])).out).toMatch(/^till +quarantined +\S+ +enabled$/m);
    expect(await jornada(['sources', 'disable', 'till'])).toMatchObject({ exitCode: 0 });
    expect((await jornada(['sources', 'list'])).out).toMatch(/^till +quarantined +\S+ +disabled \S+$/m);
    expect(await jornada(['sources', 'disable', 'till'])).toMatchObject({ exitCode: 5 });
  });
});

describe('outbox', () => {
  async function setAside(outboxId: number, profileId: string): Promise<void> {
    await database.pool.query(
      `insert into outbox_set_aside (outbox_id, profile_id, enrollment_id, kind, payload, attempts, last_error)
       values ($1, $2, $3, 'event', '{"kind":"event"}', 5, 'it does not fit')`,
      [outboxId, profileId, randomUUID()],
    );
  }

  it('lists what was set aside, and puts it back in its order', async () => {
    const x = recordOf(database.pool);
    await x.profile();
    for (const id of [900_003, 900_001, 900_002]) await setAside(id, x.profileId);
    expect((await jornada(['outbox', 'list'])).out).toContain('it does not fit');

    const retried = await jornada(['outbox', 'retry', '900001', '900003', '--json']);
    expect(retried.json()).toEqual({ retried: [900_001, 900_003] });
    const { rows } = await database.pool.query(
      'select lane, kind, payload, attempts from outbox where profile_id = $1 order by outbox_id',
      [x.profileId],
    );
    const row = { lane: laneOf(x.profileId), kind: 'event', payload: { kind: 'event' }, attempts: 0 };
    expect(rows).toEqual([row, row]);

    expect(await jornada(['outbox', 'retry', '900001'])).toMatchObject({ exitCode: 5 });
    expect((await jornada(['outbox', 'retry'])).out).toBe('1 row put back into the outbox.\n');
    expect((await jornada(['outbox', 'list'])).out).toBe('Nothing is set aside.\n');
  });
});

describe('travel', () => {
  /** A home whose stack is a stand-in that answers the clock's route. */
  async function home(answer: (body: string) => [status: number, body: object]) {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        if (request.method === 'POST') asked.push(body);
        const [status, reply] =
          request.method === 'GET' ? [200, { now: '2027-02-02T15:00:00.000Z' }] : answer(body);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const folder = mkdtempSync(join(tmpdir(), 'jornada-cli-'));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    writeFileSync(
      join(folder, 'stack.json'),
      JSON.stringify({ url, databaseUrl: database.url, temporalAddress: '127.0.0.1:1', apiToken: 't' }),
    );
    return {
      folder,
      asked,
      close: () => {
        rmSync(folder, { recursive: true });
        return new Promise((closed) => server.close(closed));
      },
    };
  }

  it.each([
    [['3', 'days'], { advance: '3 days' }],
    [['90 minutes'], { advance: '90 minutes' }],
    [['P1DT2H'], { advance: 'P1DT2H' }],
    [['2027-02-28T19:00:00-05:00'], { to: '2027-03-01T00:00:00.000Z' }],
    // Without an offset, on a machine in whatever zone.
    [['2027-03-01T09:30'], { to: '2027-03-01T09:30:00.000Z' }],
  ])('%j asks the clock for %j and tells where it stands', async (when, body) => {
    const stack = await home(() => [200, { now: '2027-02-05T15:00:00.000Z' }]);
    const { exitCode, out } = await jornada(['travel', ...when, '--home', stack.folder]);
    expect([exitCode, stack.asked.map((text) => JSON.parse(text) as object)]).toEqual([0, [body]]);
    expect(out).toMatch(/^2027-02-02T15:00:00.000Z → 2027-02-05T15:00:00.000Z in [\d.]+ s\n$/);
    const json = await jornada(['travel', ...when, '--json', '--home', stack.folder]);
    expect(json.json()).toEqual({ from: '2027-02-02T15:00:00.000Z', now: '2027-02-05T15:00:00.000Z' });
    await stack.close();
  });

  it('exits 6 when the clock refuses, and 4 when nothing answers', async () => {
    const stack = await home(() => [
      400,
      { error: { code: 'clock_backwards', message: 'It only moves forward.' } },
    ]);
    const refused = await jornada(['travel', '2020-01-01', '--home', stack.folder]);
    expect(refused).toMatchObject({ exitCode: 6, err: 'It only moves forward.\n' });
    const url = 'http://127.0.0.1:1';
    writeFileSync(
      join(stack.folder, 'stack.json'),
      JSON.stringify({ url, databaseUrl: database.url, temporalAddress: '127.0.0.1:1', apiToken: 't' }),
    );
    const away = await jornada(['travel', '3 days', '--home', stack.folder]);
    expect(away).toMatchObject({
      exitCode: 4,
      err: expect.stringContaining('Nothing answers at http://127.0.0.1:1'),
    });
    await stack.close();
  });
});
