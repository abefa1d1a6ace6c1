import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { readFolder } from '../../analysis/reading/read-folder';
import { readJourneys } from '../../analysis/reading/read-journeys';
import { events } from '../../catalog';
import { readPublished } from '../../publishing/published';
import { type Publication, publish } from '../../publishing/publish';
import { replayPublished } from '../../publishing/replay';
import { bundleWorkflows } from '../../worker/bundle-workflows';
import { journeys as shipped } from '../../workflows/journeys';
import { quietRuntime, temporalAddress } from '../support/temporal';
import { journeys } from './fixtures/as-published';
import { journeys as branching } from './fixtures/branching';

const root = join(__dirname, '..', '..');
const fixture = (name: string) => join(__dirname, 'fixtures', `${name}.ts`);
const sourcesOf = (name: string) => readJourneys(`${name}.ts`, readFileSync(fixture(name), 'utf8')).journeys;

let folder: string;
let asPublished: WorkflowBundleOption;

beforeAll(async () => {
  quietRuntime();
  folder = mkdtempSync(join(tmpdir(), 'jornada-published-'));
  asPublished = { code: await bundleWorkflows(fixture('as-published')) };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const traced = (name: string) => async () => ({
  code: await bundleWorkflows(fixture(name), [require.resolve('../../publishing/trace-interceptor')]),
});

function publishing(name: string): Promise<Publication[]> {
  return publish({
    root: folder,
    published: readPublished(folder),
    journeys,
    sources: sourcesOf(name),
    events,
    workflowBundle: asPublished,
    tracedBundle: traced(name),
    temporalAddress: temporalAddress(),
    say: () => {},
  });
}

describe('publishing a version', () => {
  it('records its code, its policy, and a history at each rest that can be found, once', async () => {
    const [publication] = await publishing('as-published');
    expect(publication).toEqual({
      status: 'published',
      journey: 'pair',
      version: 1,
      file: 'workflows/pair/published/v1.json',
      histories: [
        'asleep at wait',
        'asleep at wait for Feature Adopted',
        'completed',
        'completed after Feature Adopted',
        'asleep with its first send held back',
        'asleep with its first send unknown',
        'exited',
        'asleep, having moved',
      ],
    });
    const [published] = readPublished(folder);
    expect(published).toMatchObject({ journey: 'pair', version: 1, policy: journeys[0]?.policy });
    for (const name of published?.histories ?? []) {
      expect(JSON.stringify(published?.history(name))).not.toMatch(
        /"identity":"(?!publish)|\/(home|root|Users|work)\//,
      );
    }
    expect(await publishing('as-published')).toMatchObject([{ status: 'unchanged' }]);
  });

  it('holds the code of the version to it, and says in words where it goes another way', async () => {
    const options = {
      published: readPublished(folder),
      journeys,
      sources: sourcesOf('as-published'),
      tracedBundle: traced('as-published'),
    };
    expect(await replayPublished(options)).toEqual({ versions: 1, histories: 8, broken: [], changed: [] });

    const { broken } = await replayPublished({ ...options, tracedBundle: traced('exchanged') });
    const asleep = broken.find(({ history }) => history === 'asleep at wait');
    expect(asleep?.sentence).toMatch(
      /^A run of pair v1, asleep at wait, does not replay: after “send onboarding-1” it went on with “when it is .*”, and today's code goes on with “send onboarding-4”\. Undo the change, or make it version 2\.$/,
    );
  });

  it('notices another message sent by the same step, which a replay alone lets pass', async () => {
    const { broken } = await replayPublished({
      published: readPublished(folder),
      journeys,
      sources: sourcesOf('as-published'),
      tracedBundle: traced('another-message'),
    });
    expect(broken.map(({ history, sentence }) => [history, sentence])).toEqual([
      [
        'completed',
        "A run of pair v1, completed, does something else than was published: after “send onboarding-1” it went on with “send onboarding-3”, and today's code goes on with “send onboarding-5”. Undo the change, or make it version 2.",
      ],
    ]);
  });

  it('notices that a wait is for another event, which a replay of who sleeps there lets pass', async () => {
    const { broken } = await replayPublished({
      published: readPublished(folder),
      journeys,
      sources: sourcesOf('as-published'),
      tracedBundle: traced('another-wait'),
    });
    expect(broken.find(({ history }) => history === 'asleep at wait for Feature Adopted')?.sentence).toBe(
      "A run of pair v1, asleep at wait for Feature Adopted, does something else than was published: it was waiting for Feature Adopted, and today's code waits for App Opened. Undo the change, or make it version 2.",
    );
  });

  it('refuses a policy that is not the one published, and a version that is gone while it may have runs', async () => {
    const [pair] = journeys;
    if (!pair) throw new Error('The fixture has no journey');
    const options = {
      published: readPublished(folder),
      sources: sourcesOf('as-published'),
      tracedBundle: traced('as-published'),
    };
    const changed = { ...pair, policy: { ...pair.policy, listens: ['App Opened' as const] } };
    expect((await replayPublished({ ...options, journeys: [changed] })).broken[0]?.sentence).toBe(
      'The policy of pair v1 is not the one that was published: undo the change, or make it version 2.',
    );
    expect((await replayPublished({ ...options, journeys: [] })).broken[0]?.sentence).toMatch(
      /^pair v1 is published and no longer in the list of journeys/,
    );
  });

  it('notes code that reads otherwise and does the same', async () => {
    const [source] = sourcesOf('as-published');
    if (!source) throw new Error('The fixture has no source');
    const reworded = [{ ...source, code: `${source.code};` }];
    const options = {
      published: readPublished(folder),
      journeys,
      sources: reworded,
      tracedBundle: traced('as-published'),
    };
    expect((await replayPublished(options)).changed).toEqual(['pair v1']);
  });
});

it('records what a journey does otherwise by a property of its trigger that the plan names, and nothing twice', async () => {
  const root = mkdtempSync(join(tmpdir(), 'jornada-branching-'));
  const workflowBundle = { code: await bundleWorkflows(fixture('branching')) };
  const [publication] = await publish({
    root,
    published: [],
    journeys: branching,
    sources: sourcesOf('branching'),
    events,
    workflowBundle,
    tracedBundle: traced('branching'),
    temporalAddress: temporalAddress(),
    say: () => {},
  });
  rmSync(root, { recursive: true, force: true });
  expect(publication).toMatchObject({
    status: 'published',
    histories: [
      'asleep at wait',
      'completed',
      'asleep at wait without specialty',
      'completed without specialty',
      'asleep with its first send held back',
      'asleep with its first send unknown',
      'exited',
      'asleep, having moved',
    ],
  });
});

describe('the journeys that ship', () => {
  const published = readPublished(root);

  it('are published, every version of them', () => {
    expect(published.map(({ journey, version }) => `${journey} v${version}`)).toEqual(
      shipped.map(({ id, policy }) => `${id} v${policy.version}`).sort(),
    );
  });

  it('keep every run that sleeps: else `npm run build && npx jornada replay` says where they do not', async () => {
    const { broken } = await replayPublished({
      published,
      journeys: shipped,
      sources: readFolder(root).journeys,
      tracedBundle: async () => ({
        code: await bundleWorkflows(join(root, 'workflows', 'index.ts'), [
          require.resolve('../../publishing/trace-interceptor'),
        ]),
      }),
    });
    expect(broken.map(({ sentence }) => sentence)).toEqual([]);
  });
});
