import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { runCli } from '../../client/cli/program';
import { createServer } from '../../client/server';
import { twilioWebhooks } from '../../client/webhooks/twilio-webhooks';
import { createLogger } from '../../config/logger';
import { clockRoutes } from '../../sandbox/clock/routes';
import { shippedProject } from '../../project/project';
import { createTwilioSandbox } from '../../sandbox/twilio/sandbox';
import { openDatabase } from '../../store/database';
import { codeSpans, prose, root } from './support/documents';

const rooms = [
  'activities',
  'catalog',
  'client',
  'config',
  'ingest',
  'project',
  'rules',
  'sandbox',
  'store',
  'worker',
  'workflows',
];

function sources(room: string): string[] {
  const names = readdirSync(join(root, room), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, room, name), 'utf8'));
}

const sorted = (names: Iterable<string>) => [...new Set(names)].sort();

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([whole, group]) => group ?? whole);
}

describe('docs/configuration.md', () => {
  const variable = /\b(?:PORT|PUBLIC_URL|DATABASE_URL|(?:JORNADA|TWILIO|TEMPORAL)_[A-Z_]*[A-Z])\b/g;

  it('has every variable that is read, and no other', () => {
    const readByUs = sorted(matches(sources('config').join('\n'), variable));
    expect(readByUs.length).toBeGreaterThan(10);
    expect(sorted(matches(prose('docs/configuration.md'), variable))).toEqual(readByUs);
  });
});

describe('docs/errors.md', () => {
  const code = rooms.flatMap(sources).join('\n');
  const documented = new Set(codeSpans('docs/errors.md'));
  /** Names in capitals that are no errors of ours: of the environment, files, libraries, kinds of numbers. */
  const otherNames =
    /^(PORT|PUBLIC_URL|DATABASE_URL|(JORNADA|TWILIO|TEMPORAL)_(ADDRESS|CONFIG_FILE|PROFILE|ACCOUNT_SID|AUTH_TOKEN|API_URL|API_TOKEN|WRITE_KEY|HOME|LOG_LEVEL|POSTGRES|FROM|MESSAGING_SERVICE_SID)|EAI_AGAIN|ERR_\w+|PG_VERSION|REJECT_DUPLICATE|TRY_CANCEL|PREMIUM_RATE|SHARED_COST|TOLL_FREE)$/;
  const errors = sorted(matches(code, /'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g)).filter(
    (name) => !otherNames.test(name),
  );
  const answers = sorted([
    ...matches(
      code,
      /(?:new (?:HttpError|CliError|ClockError)|errorBody|segmentError|refuse)\(\s*(?:[\w.?: <>]+,\s*)*'([a-z_]+)'/g,
    ),
    ...matches(sources('client').join('\n'), /\bcode(?:: | = )'([a-z_]+)'/g),
  ]);

  it.each(errors)('says of %s what happened and what to do', (name) =>
    expect([...documented]).toContain(name),
  );

  it.each(answers)('has the answer %s', (name) => expect([...documented]).toContain(name));

  it('tells of no error that there is not', () => {
    const inFirstColumn = matches(prose('docs/errors.md'), /^\| (`[^|]+) \|/gm).flatMap((cell) =>
      matches(cell, /`(\w+)`/g),
    );
    expect(inFirstColumn.length).toBeGreaterThan(50);
    const unknown = inFirstColumn.filter((name) => !errors.includes(name) && !code.includes(`'${name}'`));
    expect(unknown).toEqual([]);
  });
});

describe('docs/operating.md', () => {
  const code = readFileSync(join(root, 'catalog', 'refusals.ts'), 'utf8');

  it.each(sorted(matches(code, /'([a-z_]+)'/g)))('says what %s means', (reason) => {
    expect(prose('docs/operating.md')).toMatch(new RegExp(`^\\| \`${reason}\` \\|`, 'm'));
  });
});

describe('docs/command-line.md', () => {
  const page = codeSpans('docs/command-line.md');

  it('has every command with every option and argument, and no other', async () => {
    const found = await commands();
    expect(found.length).toBeGreaterThan(20);
    const documented = page.filter(
      (span) => /^[a-z]/.test(span) && found.some((one) => span.split(' ')[0] === one.split(' ')[0]),
    );
    expect(sorted(documented.map(withoutOptional))).toEqual(sorted(found.map(withoutOptional)));
  });

  it('has what every command takes', async () => {
    const { options } = await help([]);
    expect(page).toEqual(expect.arrayContaining(options.filter((option) => option !== '--help')));
  });

  it('has every exit code', async () => {
    const { text } = await help([]);
    const codes = matches(text.slice(text.indexOf('Exit codes')), /\d/g);
    expect(matches(prose('docs/command-line.md'), /^\| (\d) \|/gm)).toEqual(codes);
  });

  /** `quarantine replay <messageId>`, and with each of its options. */
  async function commands(path: readonly string[] = []): Promise<string[]> {
    const { commands: below, options, usage } = await help(path);
    const nested = await Promise.all(
      below.filter((name) => name !== 'help').map((name) => commands([...path, name])),
    );
    const own =
      path.length === 0 || below.length > 0 ? [] : [usage, ...options.map((option) => `${usage} ${option}`)];
    return [...own, ...nested.flat(), ...(path.length === 0 ? ['help [command]'] : [])];
  }

  /** A command's options stand with it, without what is described elsewhere. */
  const withoutOptional = (line: string) => line.replace(/ <customer>(?= --)/, '');
});

async function help(path: readonly string[]) {
  let text = '';
  const out = { write: (written: string) => (text += written) };
  await runCli([...path, '--help'], { out, err: out, env: {} });
  const section = (title: string) => new RegExp(`^${title}:\\n((?: .*\\n)+)`, 'm').exec(text)?.[1] ?? '';
  const options = matches(section('Options'), /^ {2}(?:-\w, )?(--\S+(?: [<[][^\]>]+[\]>])?)/gm);
  const words = /^Usage: jornada (.*)$/m.exec(text)?.[1] ?? '';
  return {
    text,
    commands: matches(section('Commands'), /^ {2}(\w+)/gm),
    options: options.filter((option) => path.length === 0 || option !== '--help'),
    usage: words.replace('[options] ', '').replace(' [options]', ''),
  };
}

describe('docs/wire-contract.md', () => {
  const documented = codeSpans('docs/wire-contract.md').flatMap(routesIn);

  it('has every route that is served, and no other', async () => {
    const served = await servedRoutes();
    expect(served.size).toBeGreaterThan(30);
    expect(sorted(documented.map(({ path }) => path))).toEqual(sorted(served.keys()));
  });

  it('has them by the methods they are served by', async () => {
    const served = await servedRoutes();
    const wrong = documented.filter(({ method, path }) => method && !served.get(path)?.includes(method));
    expect(wrong).toEqual([]);
  });
});

/** `GET /a/{b,c}/<d>?e=` is `/a/b/*` and `/a/c/*` by GET. */
function routesIn(span: string): { method: string | undefined; path: string }[] {
  const [, method, pattern] = /^(?:(GET|POST|PUT|DELETE) )?(\/(?:<[^>]*>|[^ ?<])*)/.exec(span) ?? [];
  if (pattern === undefined) return [];
  const [, before = '', choices, after = ''] = /^([^{]*)(?:\{([^}]*)\})?(.*)$/.exec(pattern) ?? [];
  const paths =
    choices === undefined ? [pattern] : choices.split(',').map((choice) => before + choice + after);
  return paths.map((path) => ({ method, path: path.replaceAll(/<[^/]*>/g, '*') }));
}

/** Methods by path, with `*` for what varies. Preflights go without saying, and of the page's files one stands for all. */
async function servedRoutes(): Promise<Map<string, string[]>> {
  const log = createLogger({ level: 'silent' });
  const db = openDatabase('postgres://nobody@127.0.0.1:1/none', { max: 1 });
  const sandbox = createTwilioSandbox({
    accountSid: `AC${'0'.repeat(32)}`,
    authToken: 'token',
    now: () => new Date(),
    webhooks: { inboundUrl: 'http://127.0.0.1:1/' },
  });
  const app = createServer({
    db,
    ingest: shippedProject(),
    writeKey: 'key',
    apiToken: 'token',
    log,
    registry: new Registry(),
    checks: {},
    plugins: [
      twilioWebhooks({ db, log, authTokens: ['token'], publicUrls: ['http://127.0.0.1'] }),
      clockRoutes({ now: async () => new Date(), moveTo: async () => new Date() }),
      sandbox.control,
    ],
  });
  try {
    await app.ready();
    return routesOfTree(app.printRoutes({ commonPrefix: false }));
  } finally {
    await app.close();
    await sandbox.close();
    await db.end();
  }
}

/** Reads fastify's drawing of its routes, in which each line goes on where the one above it and to its left ends. */
function routesOfTree(tree: string): Map<string, string[]> {
  const served = new Map<string, string[]>();
  const above: string[] = [];
  for (const line of tree.split('\n')) {
    const [, indent = '', part = '', methods = ''] =
      /^((?:│ {3}| {4})*)[├└]── (\S+)(?: \((.*)\))?$/.exec(line) ?? [];
    if (part === '') continue;
    const depth = indent.length / 4;
    above.splice(depth, above.length, (above[depth - 1] ?? '') + part);
    const path = (above[depth] ?? '')
      .replaceAll(/:\w+/g, '*')
      .replace(/^\/sandbox\/page\/.*/, '/sandbox/page/*');
    if (methods !== 'OPTIONS') served.set(path, [...(served.get(path) ?? []), ...methods.split(', ')]);
  }
  return served;
}
