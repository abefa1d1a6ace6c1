/**
 * Records the histories that every release has to replay:
 *
 *   npx jest --testMatch '<rootDir>/test/workflows/record-histories.ts'
 *
 * Histories that are there already stay as they are: they are what sleeps out there. Record when a journey or a version is
 * added, or a story; delete a file only when no run from its time can be open.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { historyFile, historyFolder } from './support/histories';
import { Stage } from './support/stage';
import { play, stories } from './support/stories';

const root = join(__dirname, '..', '..');

describe('recording', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage.close());

  it.each(stories)('$type $name', async (story) => {
    const file = historyFile(story);
    if (existsSync(file)) return;
    const run = await play(stage, story);
    const history = (await stage.histories(run)).at(-1);
    if (!(await run.isOver())) await run.handle.terminate();
    mkdirSync(join(historyFolder, story.type), { recursive: true });
    // Stack traces in failures name the folder this was recorded in.
    writeFileSync(file, historyToJSON(history ?? {}).replaceAll(`${root}/`, ''));
    expect(existsSync(file)).toBe(true);
  });
});
