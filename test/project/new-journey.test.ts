import { cpSync, existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../config/package-root';
import { checkTypes } from '../../project/compile';
import { loadProject } from '../../project/load-project';
import { newJourney } from '../../project/new-journey';
import { findProject, type ProjectFolder } from '../../project/project-folder';
import { shippedProject } from '../../project/project';
import { testFolder } from '../support/folders';
import { runJest } from './support/jest';
import { linkedProject } from './support/project';

let folder: string;
beforeEach(() => {
  folder = testFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const textOf = ({ root }: ProjectFolder, file: string) => readFileSync(join(root, file), 'utf8');

describe('a new journey in a project', () => {
  it('has its flow, its catalog entries and its page, compiles, and its test passes', async () => {
    const project = linkedProject(folder);
    const { project: loaded } = await loadProject(project);
    const added = { name: 'cart-left', on: 'Cart Left', purpose: 'marketing' } as const;
    const files = newJourney(folder, added, loaded);

    expect(files.every((file) => existsSync(join(folder, file)))).toBe(true);
    expect(textOf(project, 'catalog/events.ts')).toContain(
      "  'Cart Left': event(z.looseObject({}), { sentBy: ['app'] }),\n};",
    );
    expect(textOf(project, 'workflows/journeys.ts')).toContain('[welcome, cartLeft]');
    const { project: now, warnings } = await loadProject(project);
    expect(now.journeys.map(({ id }) => id)).toEqual(['welcome', 'cart-left']);
    expect(Object.keys(now.messages['cart-left']?.text ?? {})).toEqual(['en', 'es']);
    expect(warnings).toEqual([]);
    expect(await checkTypes(folder)).toEqual([]);
    expect(await runJest(folder)).toMatchObject({ code: 0, passed: 3 });
  });

  it('gives an event of the plan the properties it asks for, and a newcomer the stage that is texted', async () => {
    const project = linkedProject(folder);
    const { project: loaded } = await loadProject(project);
    newJourney(folder, { name: 'thanks', on: 'Order Completed', purpose: 'moment' }, loaded);
    newJourney(folder, { name: 'hello', on: 'Account Registered', purpose: 'marketing' }, loaded);

    expect(textOf(project, 'test/journeys/thanks.test.ts')).toContain("{ orderId: 'orderId-1' }");
    expect(await checkTypes(folder)).toEqual([]);
    expect(await runJest(folder)).toMatchObject({ code: 0, passed: 4 });
  });

  it('is refused, and changes nothing, where its name is taken or none', async () => {
    const project = linkedProject(folder);
    const { project: loaded } = await loadProject(project);
    const before = textOf(project, 'workflows/journeys.ts');
    const on = 'Order Completed';
    for (const name of ['welcome', 'first-order'])
      expect(() => newJourney(folder, { name, on, purpose: 'moment' }, loaded)).toThrow('already');
    expect(() => newJourney(folder, { name: 'Nice Name', on, purpose: 'moment' }, loaded)).toThrow('hyphens');
    expect(textOf(project, 'workflows/journeys.ts')).toBe(before);
  });
});

it('a new journey fits in here as well, beside those that ship', async () => {
  for (const part of ['catalog', 'workflows', 'package.json', 'tsconfig.json'])
    cpSync(join(packageRoot(), part), join(folder, part), { recursive: true });
  for (const part of ['dist', 'node_modules'])
    symlinkSync(join(packageRoot(), part), join(folder, part), 'dir');
  newJourney(folder, { name: 'after-visit', on: 'Visit Checked In', purpose: 'moment' }, shippedProject());

  const project = findProject(folder);
  const { project: loaded } = await loadProject(project as ProjectFolder);
  expect(loaded.journeys.map(({ id }) => id)).toContain('after-visit');
  expect(readFileSync(join(folder, 'test/journeys/after-visit.test.ts'), 'utf8')).toContain(
    "{ visitId: 'visitId-1', providerId: 'providerId-1' }",
  );
});
