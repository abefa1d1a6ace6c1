import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../client/cli/program';
import { expectedReactivations, readBuyers } from '../../sandbox/demo/cdnow';
import type { Totals } from '../../simulator/tally';
import { consents, identify, track } from '../ingest/drafts';
import { World } from '../ingest/world';

interface Told {
  readonly sides: readonly { readonly of: string; readonly totals: Totals }[];
  readonly differences?: { readonly parted: number };
}

const start = new Date('2027-05-01T16:00:00Z');
const end = '2029-02-27T16:00:00.001Z';
const buyers = readBuyers(join(__dirname, '..', 'data', 'cdnow-sample.txt'), 40, start);

let world: World;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jornada-rehearse-'));
  world = await World.create([]);
  const orders = buyers.flatMap((buyer) => buyer.orders.map((order, n) => ({ buyer, order, n })));
  for (const { buyer, order, n } of orders.sort((a, b) => a.order.at.getTime() - b.order.at.getTime())) {
    const { userId, phone } = buyer;
    const begins = [
      identify(userId, { phone }, { context: consents(phone, 'SUBSCRIBED') }),
      track('Account Registered', {}, { userId }),
    ];
    const bought = track('Order Completed', { units: order.units, revenue: order.dollars }, { userId });
    await world.sendAt(order.at.toISOString(), ...(n === 0 ? begins : []), bought);
  }
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world.database.drop();
});

async function jornada(...args: string[]) {
  const written = { out: '', err: '' };
  const exitCode = await runCli(args, {
    out: { write: (text) => (written.out += text) },
    err: { write: (text) => (written.err += text) },
    env: { DATABASE_URL: world.database.url },
  });
  return { exitCode, ...written };
}

const backtest = (...more: string[]) =>
  jornada('backtest', 'reactivation', '--from', start.toISOString(), '--to', end, ...more);

describe('a backtest over what was recorded', () => {
  const expected = buyers.map((buyer) => expectedReactivations(buyer, new Date('2029-02-27T16:00:00Z')));
  const sum = (what: 'entered' | 'refused' | 'wonBack' | 'texts') =>
    expected.reduce((total, one) => total + one[what], 0);

  it('says who would have entered, been sent to and been refused, the same each time', async () => {
    const first = await backtest('--json');
    expect([first.exitCode, first.err]).toEqual([0, '']);
    const { sides } = JSON.parse(first.out) as Told;
    const totals = sides[0]?.totals;
    const journey = totals?.journeys['reactivation v1'];
    expect(totals?.people).toBe(buyers.length);
    expect(journey?.entered).toBe(sum('entered'));
    expect(journey?.refused).toEqual({ too_soon: sum('refused') });
    expect(journey?.ended['exited (exit_stage)']).toBe(sum('wonBack'));
    const sent = Object.values(journey?.messages ?? {}).reduce((total, message) => total + message.sent, 0);
    expect(sent).toBe(sum('texts'));
    expect((await backtest('--json')).out).toBe(first.out);
  });

  it('leaves no trace', async () => {
    const before = await everything();
    await backtest();
    expect(await everything()).toEqual(before);
  });

  it('goes by consent as it was at the time', async () => {
    const someone = buyers[0];
    if (!someone) throw new Error('There are no buyers');
    await world.at('2029-03-01T00:00:00Z');
    await world.send(identify(someone.userId, {}, { context: consents(someone.phone, 'UNSUBSCRIBED') }));
    const { sides } = JSON.parse((await backtest('--json')).out) as Told;
    const sent = Object.values(sides[0]?.totals.journeys['reactivation v1']?.messages ?? {});
    expect(sent.reduce((total, message) => total + message.sent, 0)).toBe(sum('texts'));
    expect(sides[0]?.totals.collisions['consent']).toBeUndefined();
  });

  it('begins nobody before its first instant, and knows what was learned then', async () => {
    const half = '2028-02-01T00:00:00.000Z';
    const late = await jornada(
      'backtest',
      'reactivation',
      '--from',
      half,
      '--to',
      end,
      '--json',
      '--ndjson',
      join(folder, 'late'),
    );
    const { sides } = JSON.parse(late.out) as Told;
    const entered = sides[0]?.totals.journeys['reactivation v1']?.entered ?? 0;
    expect(entered).toBeGreaterThan(0);
    expect(entered).toBeLessThan(sum('entered'));
    const lines = readFileSync(join(folder, 'late'), 'utf8').trim().split('\n');
    const people = lines.map((line) => JSON.parse(line) as { kind: string; lines?: { at: string }[] });
    for (const { lines = [] } of people) for (const { at } of lines) expect(at >= half).toBe(true);
    expect(people.at(-1)?.kind).toBe('totals');
  });

  it('compares two versions, and draws a page that needs nothing else', async () => {
    const page = join(folder, 'page.html');
    const { exitCode, out } = await backtest('reactivation@1', '--compare', '--html', page);
    expect(exitCode).toBe(0);
    expect(out).toContain('Both treat everybody alike.');
    const html = readFileSync(page, 'utf8');
    expect(html).toContain('<svg');
    expect(html).not.toMatch(/<script|<link|https?:|url\(/);
  });

  it.each([
    [['backtest', 'nonsense', '--from', end, '--to', end], 5],
    [['backtest', 'reactivation@7', '--from', end, '--to', end], 5],
    [['backtest', 'reactivation'], 2],
    [['backtest', 'reactivation', '--from', 'yesterday', '--to', end], 2],
    [['backtest', 'reactivation', '--compare', '--from', end, '--to', end], 2],
    [['simulate', 'reactivation', '--days', '0'], 2],
    [['simulate', 'reactivation', '--events', '/nowhere.ndjson'], 5],
    [['simulate', 'reactivation', '--html', '/nowhere/page.html'], 5],
  ])('%j: exits %i', async (args, exitCode) => {
    expect((await jornada(...args)).exitCode).toBe(exitCode);
  });
});

describe('a simulation', () => {
  it('runs over people who are made up', async () => {
    const { exitCode, out } = await jornada('simulate', 'onboarding', 'feature-how-to', '--people', '20');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^20 people/);
    expect(out).toMatch(/onboarding v1 +20 /);
  });

  it('compares two journeys over the same people, and gives all of their differences', async () => {
    const file = join(folder, 'differences.ndjson');
    const args = ['onboarding@1', 'feature-how-to@1', '--compare', '--people', '20', '--ndjson', file];
    const { exitCode, out } = await jornada('simulate', ...args);
    expect(exitCode).toBe(0);
    const parted = Number(/^(\d+) people are treated differently$/m.exec(out)?.[1]);
    expect(parted).toBeGreaterThan(5);
    expect(out).toMatch(/^ {2}onboarding@1 {6}20\S+Z \w+ /m);
    const kinds = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { kind: string }).kind);
    expect(kinds.filter((kind) => kind === 'difference')).toHaveLength(parted);
  });

  it('runs over a table of profiles and a file of events, each with whom it belongs to', async () => {
    const profiles = join(folder, 'profiles.csv');
    const events = join(folder, 'events.ndjson');
    writeFileSync(
      profiles,
      'userId,phone,timezone,subscribed\nana,+12125550142,America/New_York,yes\nbia,"+1 212 555 0143",America/New_York,no\n',
    );
    const visit = (phone: string, timestamp: string) => ({
      type: 'track',
      event: 'Visit Checked In',
      anonymousId: `device of ${phone}`,
      context: { traits: { phone } },
      properties: { visitId: 'V1', providerId: 'P7' },
      timestamp,
    });
    const lines = [
      visit('+12125550142', '2027-01-05T15:00:00Z'),
      visit('(212) 555-0143', '2027-01-05T15:00:00Z'),
    ];
    writeFileSync(events, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
    const args = [
      'simulate',
      'flash-reward',
      '--profiles',
      profiles,
      '--events',
      events,
      '--days',
      '30',
      '--json',
    ];
    const { out } = await jornada(...args);
    const { sides } = JSON.parse(out) as Told;
    expect(sides[0]?.totals.people).toBe(2);
    expect(sides[0]?.totals.journeys['flash-reward v1']).toMatchObject({
      entered: 2,
      messages: { 'flash-reward': { sent: 1, suppressed: { consent: 1 } } },
    });
  });

  it('says which line cannot be played', async () => {
    const events = join(folder, 'bad.ndjson');
    writeFileSync(events, '{"type":"track","event":"Visit Checked In","userId":"u"}\n');
    const { exitCode, err } = await jornada('simulate', 'flash-reward', '--events', events);
    expect(exitCode).toBe(2);
    expect(err).toContain('bad.ndjson:1 cannot be played: required');
  });
});

/** How many rows each table has, and where the clock and the order stand. */
async function everything(): Promise<unknown> {
  const { rows } = await world.pool.query<{ name: string }>(
    `select relname as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace order by 1`,
  );
  const counts: unknown[] = [];
  for (const { name } of rows) {
    const counted = await world.pool.query(`select count(*)::int as n from ${name}`);
    counts.push([name, counted.rows]);
  }
  const seq = await world.pool.query('select last_value from timeline_seq');
  return [counts, seq.rows];
}
