import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkTypes } from '../../project/compile';
import { loadProject } from '../../project/load-project';
import { newJourney } from '../../project/new-journey';
import { blocks } from '../docs/support/documents';
import { testFolder } from '../support/folders';
import { runJest } from './support/jest';
import { linkedProject } from './support/project';

// What the guide tells a newcomer to type, typed in.
const guide = blocks('docs/your-own-project.md');

function blockFor(place: string): string {
  const block = guide.find(({ mark }) => mark?.rest.endsWith(place));
  if (!block) throw new Error(`The guide has nothing for ${place}`);
  return block.text;
}

let folder: string;
beforeEach(() => {
  folder = testFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('the guide leads to a journey that compiles, and whose tests pass', async () => {
  const project = linkedProject(folder);
  const { project: loaded } = await loadProject(project);
  const [, name, on, purpose] =
    /new journey (\S+) --on "(.*?)" --purpose (\S+)/.exec(blockFor('guide.test.ts does the same')) ?? [];
  expect(purpose).toBe('marketing');
  newJourney(folder, { name: name ?? '', on: on ?? '', purpose: 'marketing' }, loaded);

  const replace = (file: string, old: RegExp, text: string) => {
    const path = join(folder, file);
    const before = readFileSync(path, 'utf8');
    expect(before).toMatch(old);
    writeFileSync(
      path,
      before.replace(old, () => text),
    );
  };
  replace('catalog/events.ts', / {2}'Cart Left': .*\n/, blockFor('the line in catalog/events.ts'));
  replace(
    'catalog/messages.ts',
    / {2}'cart-left': [^]*?\n {2}\}\),\n/,
    blockFor('the entry in catalog/messages.ts'),
  );
  for (const file of ['workflows/cart-left/v1.ts', 'test/journeys/cart-left.test.ts'])
    writeFileSync(join(folder, file), blockFor(`into ${file}`));

  expect(await checkTypes(folder)).toEqual([]);
  expect(await runJest(folder)).toMatchObject({ code: 0, passed: 4 });
  expect((await loadProject(project)).warnings).toEqual([]);
});
