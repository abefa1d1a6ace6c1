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

  it('holds the values of a file tunables.ts to their bounds, and tells of one that no journey goes by', async () => {
    const project = join(folder, 'tuned');
    mkdirSync(join(project, 'workflows', 'flash-reward'), { recursive: true });
    const source = readFileSync(join(root, 'workflows', 'flash-reward', 'v1.ts'), 'utf8')
      .replace(
        "import { hours, journey, minutes } from 'jornada';",
        "$&\nimport { tunables } from './tunables';",
      )
      .replace(
        "    await j.send('flash-reward', { offer });",
        '    const { reminderAfter } = await j.tunables(tunables);\n$&',
      )
      .replace('timeout: minutes(90)', 'timeout: reminderAfter');
    writeFileSync(join(project, 'workflows', 'flash-reward', 'v1.ts'), source);
    const file = join(project, 'workflows', 'flash-reward', 'tunables.ts');
    const bounds = '{ least: minutes(15), most: hours(2) }';
    const text = (value: string) =>
      `import { hours, minutes, within } from 'jornada';\n\nexport const tunables = {\n  reminderAfter: within(${value}, ${bounds}),\n};\n`;

    writeFileSync(file, text('minutes(120)'));
    expect(await jornada('check', '--project', project)).toMatchObject({ exitCode: 0 });

    writeFileSync(file, text('hours(3)').replace('};', '  left: 1,\n};'));
    const { exitCode, out } = await jornada('check', '--project', project);
    expect(exitCode).toBe(1);
    expect(out.split('\n').filter((line) => line.startsWith('workflows/flash-reward/tunables.ts'))).toEqual([
      'workflows/flash-reward/tunables.ts:4  TUNABLE_OUT_OF_BOUNDS',
      'workflows/flash-reward/tunables.ts:5  TUNABLE_UNUSED',
    ]);
    expect(out).toContain('reminderAfter is hours(3) and may be minutes(15) to hours(2)');
  });
});
