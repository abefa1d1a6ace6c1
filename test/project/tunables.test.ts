import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadProject } from '../../project/load-project';
import { testFolder } from '../support/folders';
import { edit, linkedProject } from './support/project';

let folder: string;
beforeEach(() => {
  folder = testFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('a project does not start on a tuned value that is out of its bounds', async () => {
  const project = linkedProject(folder);
  const tunables = 'workflows/welcome/tunables.ts';
  writeFileSync(
    join(folder, tunables),
    "import { days, within } from 'jornada';\n\nexport const tunables = { goodFor: within(days(7), { least: days(3), most: days(10) }) };\n",
  );
  const flow = 'workflows/welcome/v1.ts';
  edit(
    project,
    flow,
    "await j.send('welcome');",
    "await j.send('welcome');\n    const { goodFor } = await j.tunables(tunables);",
  );
  edit(project, flow, 'expiresIn: days(7)', 'expiresIn: goodFor');
  edit(project, flow, "from 'jornada';", "from 'jornada';\nimport { tunables } from './tunables';");
  expect((await loadProject(project)).project.journeys).toHaveLength(1);

  edit(project, tunables, 'within(days(7)', 'within(days(14)');
  await expect(loadProject(project)).rejects.toMatchObject({
    code: 'PROJECT_INVALID',
    problems: [
      'JOURNEY_BAD_TUNABLE: A value that may be tuned is days(14) and may be days(3) to days(10): set it within them, or have other bounds reviewed.',
    ],
  });
});
