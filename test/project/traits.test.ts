import { rmSync } from 'node:fs';
import { checkTypes } from '../../project/compile';
import { loadProject } from '../../project/load-project';
import { testFolder } from '../support/folders';
import { edit, linkedProject } from './support/project';

let folder: string;
beforeEach(() => {
  folder = testFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const flow = 'workflows/welcome/v1.ts';
const reading = (trait: string) =>
  `const { traits } = await j.profile();\n    if (traits.${trait} !== undefined) await j.outcome('seen', traits.${trait});`;
const says = (what: string) => [expect.stringContaining(what), expect.stringContaining(what)];

it('a journey names the traits that its project declares, and those that need no declaration', async () => {
  const project = linkedProject(folder);
  edit(project, flow, "await j.send('welcome');", `${reading('plan')}\n    await j.send('welcome');`);
  expect(await checkTypes(folder)).toEqual([]);
  edit(project, flow, reading('plan'), reading('plann'));
  expect(await checkTypes(folder)).toEqual(says("Property 'plann' does not exist"));

  edit(project, flow, reading('plann'), reading('region'));
  edit(project, 'catalog/index.ts', "export { traits } from './traits';\n", '');
  expect(await checkTypes(folder)).toEqual([]);
  edit(project, flow, reading('region'), reading('plan'));
  expect(await checkTypes(folder)).toEqual(says("Property 'plan' does not exist"));
});

it('a project does not start on a personal trait that is not declared as one', async () => {
  const project = linkedProject(folder);
  edit(project, 'catalog/traits.ts', 'plan:', 'last_name: trait(z.string()),\n  plan:');
  await expect(loadProject(project)).rejects.toMatchObject({
    code: 'PROJECT_INVALID',
    problems: ['The trait last_name is personal: declare it with { pii: true }.'],
  });
  edit(project, 'catalog/traits.ts', 'z.string()', 'z.string(), { pii: true }');
  expect((await loadProject(project)).warnings).toEqual([]);
});

it('a project does not start on an event or a trait whose check answers with a promise', async () => {
  const project = linkedProject(folder);
  edit(
    project,
    'catalog/traits.ts',
    'plan: trait(',
    'code: trait(z.string().refine(async () => true)),\n  plan: trait(',
  );
  edit(
    project,
    'catalog/events.ts',
    '...systemEvents,',
    '...systemEvents,\n  Checked: event(z.looseObject({ id: z.string().refine(async () => true) })),',
  );
  const judged =
    'has a check or a transform that answers with a promise: they are judged as they arrive, so let it answer at once, and look up elsewhere what takes time.';
  await expect(loadProject(project)).rejects.toMatchObject({
    code: 'PROJECT_INVALID',
    problems: [`The event Checked ${judged}`, `The trait code ${judged}`],
  });
});
