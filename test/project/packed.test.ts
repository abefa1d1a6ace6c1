import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { testFolder } from '../support/folders';
import { installTarball, packTarball, run } from './support/packed';
import { edit } from './support/project';

// One story, as somebody lives it who has nothing but the packed package and an empty folder. What it proves is that the
// package holds all it needs; where the registry cannot be reached, its dependencies are linked from here, and that they
// are the declared ones is not proved.
jest.setTimeout(240_000);

let folder: string;
let root: string;
let home: string;

beforeAll(async () => {
  folder = testFolder();
  root = join(folder, 'mine');
  home = join(folder, 'home');
  mkdirSync(root);
  const tarball = await packTarball(folder);
  await installTarball(root, tarball);
}, 600_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const jornada = (...args: string[]) =>
  run(process.execPath, [join(root, 'node_modules', 'jornada', 'bin', 'jornada.js'), ...args], root);

it('init makes a project of a catalog, a journey and its test', async () => {
  const { code, output } = await jornada('init');
  expect({ code, output }).toMatchObject({
    code: 0,
    output: expect.stringContaining('workflows/welcome/v1.ts'),
  });
  expect(readdirSync(root)).toEqual(
    expect.arrayContaining(['.gitignore', 'README.md', 'catalog', 'test', 'tsconfig.json', 'workflows']),
  );
  await installTarball(root);
}, 600_000);

it('new journey adds one; test checks the types and plays both', async () => {
  expect(await jornada('new', 'journey', 'cart-left', '--on', 'Cart Left')).toMatchObject({ code: 0 });
  const { code, output } = await jornada('test');
  expect(output).toMatch(/Tests: +3 passed/);
  expect(code).toBe(0);
});

it('the compiler finds what a journey may not say, where it says it', async () => {
  const file = join(root, 'workflows', 'mistaken.ts');
  writeFileSync(file, mistaken);
  const { code, output } = await jornada('test');
  rmSync(file);
  expect(code).toBe(1);
  const lines = [...output.matchAll(/workflows\/mistaken\.ts:(\d+):\d+/g)].map(([, line]) => Number(line));
  expect(lines).toEqual(
    mistaken.split('\n').flatMap((line, index) => (line.includes('// mistake') ? [index + 1] : [])),
  );
});

it('dev takes an event and sends a text, puts an edit to work, and tells of one that is wrong', async () => {
  const dev = await startDev();
  try {
    await dev.register('ana', '+12125550142');
    await eventually(
      async () => expect(await dev.texts('+12125550142')).toEqual([welcome('Welcome')]) ?? true,
    );

    edit({ root }, 'catalog/messages.ts', 'Welcome$', 'Hello there$');
    await eventually(() => dev.said.includes('Reloaded in'), { timeout: 50_000 });
    await dev.register('bo', '+12125550143');
    await eventually(
      async () => expect(await dev.texts('+12125550143')).toEqual([welcome('Hello there')]) ?? true,
    );

    edit({ root }, 'workflows/welcome/v1.ts', "'welcome')", "'welcom')");
    await eventually(() => dev.said.includes('workflows/welcome/v1.ts:15:18'), { timeout: 50_000 });
    expect(dev.said).toContain('What ran before still does.');
    edit({ root }, 'workflows/welcome/v1.ts', "'welcom')", "'welcome')");
  } finally {
    expect(await dev.stop()).toBe(0);
  }
});

it('simulate comes to the same for the same seed, byte for byte, however many threads there are', async () => {
  const people = ['welcome', 'cart-left', '--people', '300', '--days', '30'];
  const simulated = async (name: string, threads: string) => {
    const [html, ndjson] = [join(folder, `${name}.html`), join(folder, `${name}.ndjson`)];
    const told = await jornada(
      'simulate',
      ...people,
      '--threads',
      threads,
      '--html',
      html,
      '--ndjson',
      ndjson,
    );
    expect(told).toMatchObject({ code: 0, output: expect.stringContaining('300 people') });
    return [readFileSync(html, 'utf8'), readFileSync(ndjson, 'utf8')];
  };
  expect(await simulated('two', '2')).toEqual(await simulated('one', '1'));
});

it('build makes what production runs', async () => {
  expect(await jornada('build')).toMatchObject({
    code: 0,
    output: expect.stringContaining('Built: welcome v1, cart-left v1.'),
  });
});

const welcome = (greeting: string) => expect.stringContaining(`${greeting}! Good to have you.`);

async function startDev() {
  const bin = join(root, 'node_modules', 'jornada', 'bin', 'jornada.js');
  // By day in New York: at night a welcome waits for the morning.
  const clock = ['--clock', '2027-02-02T15:00:00Z'];
  const child: ChildProcess = spawn(
    process.execPath,
    [bin, '--json', '--home', home, 'dev', '--port', '0', ...clock],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const dev = { said: '', out: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    dev.out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    dev.said += text;
  });
  await eventually(
    () => (dev.said.includes('They are reloaded') && dev.out !== '') || child.exitCode !== null,
    {
      timeout: 120_000,
    },
  );
  if (child.exitCode !== null) throw new Error(`dev ended: ${dev.said}`);
  const { url, writeKey } = JSON.parse(dev.out) as { url: string; writeKey: string };
  return Object.assign(dev, {
    async register(userId: string, phone: string) {
      const messaging_subscriptions = [{ key: phone, type: 'SMS', status: 'SUBSCRIBED' }];
      const batch = [
        { type: 'identify', userId, traits: { phone }, context: { messaging_subscriptions } },
        { type: 'track', userId, event: 'Account Registered' },
      ];
      const response = await fetch(`${url}/v1/batch`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
        },
        body: JSON.stringify({ batch }),
      });
      expect(await response.json()).toEqual({ success: true });
    },
    async texts(phone: string) {
      const path = `/sandbox/messages?direction=outbound&to=${encodeURIComponent(phone)}`;
      const { items } = (await (await fetch(url + path)).json()) as { items: { body: string }[] };
      return items.map(({ body }) => body);
    },
    async stop() {
      if (child.exitCode !== null) return child.exitCode;
      child.kill('SIGTERM');
      await once(child, 'exit');
      return child.exitCode;
    },
  });
}

const mistaken = `import { days, journey } from 'jornada';

const policy = { version: 1, purpose: 'marketing', reentry: 'never' } as const;

export const property = journey('a', { ...policy, enter: { on: 'Order Completed' } }, async (j, order) => {
  await j.outcome('order', order.orderID); // mistake
});
export const message = journey('b', { ...policy, enter: { on: 'Order Completed' } }, async (j) => {
  await j.send('goodbye'); // mistake
});
export const data = journey('c', { ...policy, enter: { on: 'Order Completed' } }, async (j) => {
  await j.send('first-order'); // mistake
});
export const unlistened = journey('d', { ...policy, enter: { on: 'Account Registered' } }, async (j) => {
  await j.waitFor('Order Completed', { timeout: days(1) }); // mistake
});
export const endless = journey(
  'e',
  { ...policy, enter: { on: 'Account Registered' }, listens: ['Order Completed'] },
  async (j) => {
    await j.waitFor('Order Completed', {}); // mistake
  },
);
`;
