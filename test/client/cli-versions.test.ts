import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../../client/cli/program';
import { loadProject } from '../../project/load-project';
import type { ProjectFolder } from '../../project/project-folder';
import { edit, linkedProject } from '../project/support/project';
import { type TestWorld, testWorld } from '../scenarios/support/world';
import { testFolder } from '../support/folders';

// A project of one's own, as `init` makes it: it greets, sleeps to day three at ten, grants an offer and sends it.
const FLOW = 'workflows/welcome/v1.ts';
jest.setTimeout(180_000);

let folder: string;
let project: ProjectFolder;
let world: TestWorld;

beforeAll(async () => {
  folder = testFolder();
  project = linkedProject(folder);
  const { project: loaded } = await loadProject(project);
  world = await testWorld({ clock: '2027-02-02T15:00:00Z', project: loaded });
});
afterAll(async () => {
  await world?.end();
  rmSync(folder, { recursive: true, force: true });
});

async function jornada(...args: readonly string[]) {
  const written = { out: '', err: '' };
  const { databaseUrl, temporalAddress } = world.stack;
  const exitCode = await runCli(args, {
    out: { write: (text) => (written.out += text) },
    err: { write: (text) => (written.err += text) },
    env: { DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: temporalAddress },
  });
  return { exitCode, ...written, json: <T>() => JSON.parse(written.out) as T };
}

const published = () => readFileSync(join(project.root, 'workflows/welcome/published/v1.json'), 'utf8');
const histories = () => (JSON.parse(published()) as { histories: string[] }).histories;

/** Does `work` while these files read otherwise. */
async function edited(
  edits: readonly (readonly [file: string, from: string, to: string])[],
  work: () => Promise<void>,
): Promise<void> {
  const before = edits.map(
    ([file]) => [join(project.root, file), readFileSync(join(project.root, file), 'utf8')] as const,
  );
  for (const [file, from, to] of edits) edit(project, file, from, to);
  try {
    await work();
  } finally {
    for (const [path, text] of before) writeFileSync(path, text);
  }
}

describe('a project of one’s own', () => {
  it('has nothing to replay before it is published, and says so', async () => {
    const replayed = await jornada('replay', '--project', project.root);
    expect(replayed).toMatchObject({ exitCode: 0, out: expect.stringContaining('published yet') });
  });

  it.each(['publish', 'replay'])(
    '%s exits 5 for a journey that there is not, and tells which there are',
    async (command) => {
      const { exitCode, err } = await jornada(command, 'welcom', '--project', project.root);
      expect({ exitCode, err }).toEqual({
        exitCode: 5,
        err: 'There is no journey "welcom"; there are welcome.\n',
      });
    },
  );

  it('is published once: in words, then in JSON as unchanged', async () => {
    const first = await jornada('publish', '--project', project.root);
    expect(first).toMatchObject({
      exitCode: 0,
      out: `welcome v1 is published in workflows/welcome/published/v1.json, with ${histories().length} histories.\n`,
      err: 'recording welcome v1\n',
    });
    expect(histories()).toEqual(
      expect.arrayContaining(['asleep at until', 'completed', 'exited', 'asleep, having moved']),
    );
    const before = published();

    const again = await jornada('publish', 'welcome', '--json', '--project', project.root);
    expect(again.exitCode).toBe(0);
    expect(again.json()).toEqual({
      publications: [
        { status: 'unchanged', journey: 'welcome', version: 1, file: 'workflows/welcome/published/v1.json' },
      ],
    });
    expect(published()).toBe(before);
  });

  it('replays as it was published', async () => {
    const told = await jornada('replay', '--project', project.root);
    expect(told).toMatchObject({
      exitCode: 0,
      out: `${histories().length} histories of one published version replay.\n`,
      err: '',
    });
    expect((await jornada('replay', 'welcome', '--json', '--project', project.root)).json()).toEqual({
      versions: 1,
      histories: histories().length,
      broken: [],
      changed: [],
    });
  });
});

describe('an edit that would break runs', () => {
  const until = "await j.until(day(3).at('10:00'));";
  const otherWay =
    /^A run of welcome v1, asleep at until, does not replay: after “send welcome” it went on with “when it is 10:00 on day 3 for the customer”, and today's code goes on with “grant first-order”\. Undo the change, or make it version 2\.$/m;

  it('is told by replay, with the journey, where the run sleeps and the first step that differs, and exits 1', async () => {
    await edited([[FLOW, until, '']], async () => {
      const told = await jornada('replay', '--project', project.root);
      expect(told.exitCode).toBe(1);
      expect(told.out).toMatch(otherWay);
      expect(told.err).toMatch(/^\d+ of them would break runs that sleep\.\n$/);

      const { exitCode, err, ...inJson } = await jornada('replay', '--json', '--project', project.root);
      expect(exitCode).toBe(1);
      expect(JSON.parse(err)).toMatchObject({ error: { code: 'replay_failed' } });
      const { broken } = inJson.json<{
        broken: { journey: string; version: number; history: string; sentence: string }[];
      }>();
      const asleep = broken.find(({ history }) => history === 'asleep at until');
      expect(asleep).toMatchObject({
        journey: 'welcome',
        version: 1,
        sentence: expect.stringMatching(otherWay),
      });

      // Nor may it be published over what was.
      const before = published();
      const refused = await jornada('publish', '--project', project.root);
      expect(refused).toMatchObject({ exitCode: 6, err: 'Not everything could be published.\n' });
      expect(refused.out).toMatch(/A run of welcome v1, .* does not replay/);
      expect(published()).toBe(before);
    });
  });

  it('is told where the same step would send another message', async () => {
    const edits = [
      [FLOW, "j.send('welcome')", "j.send('hello')"],
      ['catalog/messages.ts', '  welcome: message', '  hello: message'],
    ] as const;
    await edited(edits, async () => {
      const { exitCode, out } = await jornada('replay', '--project', project.root);
      expect(exitCode).toBe(1);
      expect(out).toContain(
        "A run of welcome v1, asleep at until, does something else than was published: it began with “send welcome”, and today's code begins with “send hello”.",
      );
    });
  });
});

describe('versions', () => {
  it('says that nobody is open, then who sleeps where, in words and in JSON', async () => {
    expect(await jornada('versions')).toMatchObject({ exitCode: 0, out: 'No run is open.\n' });
    for (const [index, name] of ['ana', 'bo'].entries()) {
      await world.subscribe(name, `+1212555014${index + 2}`);
      await world.track(name, 'Account Registered');
    }
    await world.settle();

    const told = await jornada('versions');
    expect(told.exitCode).toBe(0);
    expect(told.out).toMatch(
      /journey +open +oldest +sleeps at\n.*welcome v1 +2 +2027-02-02 15:00 +until: 2\n$/s,
    );
    expect((await jornada('versions', 'welcome', '--json')).json()).toEqual({
      items: [
        {
          journey: 'welcome',
          version: 1,
          open: 2,
          oldest: expect.stringMatching(/^2027-02-02T15:00/),
          asked: 2,
          points: { until: 2 },
          silent: 0,
        },
      ],
    });
    expect((await jornada('versions', '--ask', '1')).out).toContain('until: 1 of 1');
    expect((await jornada('versions', '--ask', '0', '--json')).json()).toMatchObject({
      items: [{ open: 2, asked: 0, points: {} }],
    });
  });

  it('exits 2 for a number that is none, and 0 with no row for a journey that nobody is in', async () => {
    expect(await jornada('versions', '--ask', 'some')).toMatchObject({
      exitCode: 2,
      err: '--ask should be a whole number, not "some".\n',
    });
    expect(await jornada('versions', 'other', '--json')).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('"items": []'),
    });
  });
});
