import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { journeys } from '../../workflows/journeys';
import { quietRuntime, workflowBundle } from '../support/temporal';
import { historyFile, historyFolder } from './support/histories';
import { stories } from './support/stories';

// A run sleeps for weeks on the code it began with: what was recorded of every published version must replay.
describe('recorded histories', () => {
  beforeAll(quietRuntime);

  const recorded = readdirSync(historyFolder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.json'),
  );

  it.each(recorded)('replays %s', async (file) => {
    const history: unknown = JSON.parse(readFileSync(join(historyFolder, file), 'utf8'));
    const options = { workflowBundle: workflowBundle(), sinks };
    await expect(Worker.runReplayHistory(options, history)).resolves.toBeUndefined();
  });

  it('are there for every published version, asleep and at its ends', () => {
    for (const { id, policy } of journeys) {
      const names = recorded.filter((file) => file.startsWith(`${id}.v${policy.version}/`));
      expect(names.filter((name) => name.includes('asleep'))).not.toEqual([]);
      expect(names.filter((name) => !name.includes('asleep')).length).toBeGreaterThan(1);
    }
  });

  it.each(stories)('are there for the story of $type, $name', (story) => {
    expect(existsSync(historyFile(story))).toBe(true);
  });

  it('name neither a machine nor a person', () => {
    for (const file of recorded) {
      const text = readFileSync(join(historyFolder, file), 'utf8');
      expect(text).not.toMatch(/"(identity|binaryChecksum)": ?"(?!stage")[^"]+"/);
      expect(text).not.toMatch(/\/(home|root|Users|work)\//);
    }
  });

  it('would fail a change that breaks a sleeper', async () => {
    const text = readFileSync(
      historyFile({ type: 'flash-reward.v1', name: 'reminded and completed' }),
      'utf8',
    );
    const history: unknown = JSON.parse(text.replaceAll('"flash-reward.v1"', '"feature-how-to.v1"'));
    const options = { workflowBundle: workflowBundle(), sinks };
    await expect(Worker.runReplayHistory(options, history)).rejects.toThrow(/Nondeterminism/);
  });
});

const sinks = { waits: { wakesAt: { fn: () => {}, callDuringReplay: false } } };
