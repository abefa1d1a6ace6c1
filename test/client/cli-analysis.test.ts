import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../client/cli/program';

const root = join(__dirname, '..', '..');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'jornada-analysis-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function jornada(...args: readonly string[]) {
  const written = { out: '', err: '' };
  const exitCode = await runCli(args, {
    out: { write: (text) => (written.out += text) },
    err: { write: (text) => (written.err += text) },
    env: {},
  });
  return { exitCode, ...written };
}

describe('jornada diagram', () => {
  it('draws as Mermaid unless told otherwise, and as SVG into a file of that name', async () => {
    const drawn = await jornada('diagram', 'flash-reward', '--project', root);
    expect(drawn).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^flowchart TD\n/) });

    const out = join(folder, 'flow.svg');
    expect((await jornada('diagram', 'flash-reward.v1', '--project', root, '--out', out)).exitCode).toBe(0);
    expect(readFileSync(out, 'utf8')).toMatch(/^<svg /);
  });

  it('exits 5 and tells the names for a journey there is not, 2 for a format there is not', async () => {
    const unknown = await jornada('diagram', 'flash', '--project', root);
    expect(unknown).toMatchObject({ exitCode: 5, err: expect.stringContaining('flash-reward') });
    expect((await jornada('diagram', 'flash-reward', '--project', root, '--format', 'png')).exitCode).toBe(2);
  });
});

describe('jornada check', () => {
  it('exits 0 on the journeys that ship', async () => {
    const checked = await jornada('check', '--project', root);
    expect(checked).toMatchObject({ exitCode: 0, out: expect.stringContaining('nothing is wrong') });
  });

  it('exits 1 on a mistake, with its file and line, and in JSON', async () => {
    mkdirSync(join(folder, 'workflows', 'flash-reward'), { recursive: true });
    const source = readFileSync(join(root, 'workflows', 'flash-reward', 'v1.ts'), 'utf8');
    const wrong = source.replace("waitFor('Offer Redeemed'", "waitFor('App Opened'");
    writeFileSync(join(folder, 'workflows', 'flash-reward', 'v1.ts'), wrong);
    const line = wrong.split('\n').findIndex((one) => one.includes("waitFor('App Opened'")) + 1;

    const told = await jornada('check', '--project', folder);
    expect(told.exitCode).toBe(1);
    expect(told.out).toContain(`workflows/flash-reward/v1.ts:${line}  EVENT_NOT_LISTENED_TO`);

    const { out } = await jornada('check', '--json', '--project', folder);
    const { findings } = JSON.parse(out) as { findings: { code: string }[] };
    expect(findings.map(({ code }) => code)).toEqual(['EVENT_NOT_LISTENED_TO', 'PROPERTY_UNKNOWN']);
  });
});
