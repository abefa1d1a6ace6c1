import { rmSync } from 'node:fs';
import { reloadOnChange } from '../../client/cli/compose/reload';
import { loadProject } from '../../project/load-project';
import type { ProjectFolder } from '../../project/project-folder';
import { sleepersThatStop } from '../../publishing/sleepers';
import { type TestWorld, testWorld } from '../scenarios/support/world';
import { eventually } from '../support/eventually';
import { testFolder } from '../support/folders';
import { edit, linkedProject } from './support/project';

// A run sleeps through all of it: it begins on a Tuesday at ten in New York, and its second text is due on Friday.
const began = '2027-02-02T15:00:00Z';

let folder: string;
let project: ProjectFolder;
let world: TestWorld;
let reloading: { stop(): Promise<void> };
const lines: string[] = [];

beforeAll(async () => {
  folder = testFolder();
  project = linkedProject(folder);
  const readAt = Date.now();
  const loaded = await loadProject(project);
  world = await testWorld({ clock: began, project: loaded.project });
  const { stack } = world;
  reloading = reloadOnChange({ folder: project, loaded, readAt, stack, say: (line) => lines.push(line) });
});

afterAll(async () => {
  await reloading?.stop();
  await world?.end();
  rmSync(folder, { recursive: true, force: true });
});

const said = (what: RegExp) =>
  eventually(async () => lines.some((line) => what.test(line)), { timeout: 50_000 });
const texts = async (phone: string) => (await world.messagesTo(phone)).map(({ body }) => body);

it('puts an edit to work while a run sleeps, and lets the run go on with it', async () => {
  await world.subscribe('ana', '+12125550142');
  await world.track('ana', 'Account Registered');
  await world.settle();
  expect(await texts('+12125550142')).toEqual([expect.stringContaining('Welcome!')]);

  edit(project, 'catalog/messages.ts', '10% off', 'A tenth off');
  await said(/^Reloaded in \d+\.\d s: welcome v1\.$/);
  await world.moveTo('2027-02-05T15:00:01Z');
  expect(await texts('+12125550142')).toContainEqual(expect.stringContaining('A tenth off'));
});

it('says where and what is wrong with an edit, and keeps what runs', async () => {
  edit(project, 'workflows/welcome/v1.ts', "j.send('welcome')", "j.send('welcom')");
  await said(
    /The project does not compile\.\n {2}workflows\/welcome\/v1\.ts:15:18 .*"welcom".*\nWhat ran before/s,
  );

  await world.subscribe('bo', '+12125550143');
  await world.track('bo', 'Account Registered');
  await world.settle();
  expect(await texts('+12125550143')).toEqual([expect.stringContaining('Welcome!')]);
});

it('takes up again once it is mended, with a journey more', async () => {
  edit(project, 'workflows/welcome/v1.ts', "j.send('welcom')", "j.send('welcome')");
  edit(project, 'workflows/journeys.ts', '[welcome]', '[welcome, { ...welcome, id: "another" }]');
  await said(/^Reloaded in .*: welcome v1, another v1\.$/);

  await world.subscribe('cy', '+12125550144');
  await world.track('cy', 'Account Registered');
  await world.settle();
  const entered = (await world.timeline('user_id:cy')).filter(({ kind }) => kind === 'enrollment');
  expect(entered.map(({ journey }) => journey).sort()).toEqual(['another', 'welcome']);
});

it('says in words when an edit would stop who sleeps, keeps running, and lets them go on when it is undone', async () => {
  const until = "    await j.until(day(3).at('10:00'));\n";
  edit(project, 'workflows/welcome/v1.ts', until, '');
  await said(
    /^welcome v1 does not go on where its runs sleep: after “send welcome” it went on with “when it is 10:00 on day 3 for the customer”, and today's code goes on with “grant first-order”\. \d runs of it are open, .* until you undo the change or make it version 2, beside version 1\.$/,
  );
  await world.subscribe('di', '+12125550145');
  await world.track('di', 'Account Registered');
  await world.settle();
  expect(await texts('+12125550145')).toEqual([expect.stringContaining('Welcome!')]);

  const reloads = () => lines.filter((line) => line.startsWith('Reloaded in')).length;
  const before = reloads();
  edit(project, 'workflows/welcome/v1.ts', '    const offer = await', `${until}    const offer = await`);
  await eventually(async () => reloads() > before, { timeout: 50_000 });
  const { workflowBundle } = (await loadProject(project)).project;
  const { signal } = new AbortController();
  expect(await sleepersThatStop(world.stack.openRuns, workflowBundle, signal)).toEqual([]);
  await world.moveTo('2027-02-08T15:00:01Z');
  expect(await texts('+12125550143')).toContainEqual(expect.stringContaining('A tenth off'));
});
