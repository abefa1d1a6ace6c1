import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NativeConnection, type WorkflowBundleOption } from '@temporalio/worker';
import type { JourneySource } from '../analysis/flow';
import { startTemporal } from '../sandbox/temporal/start';
import { explore, type ToExplore } from './explore';
import { hashOf, type PublishedVersion, refreshPublished, writePublished } from './published';
import { Rehearsal } from './rehearsal';
import { replayPublished, type ReplayOptions } from './replay';

export interface PublishOptions extends Omit<ReplayOptions, 'published'> {
  readonly root: string;
  readonly published: readonly PublishedVersion[];
  readonly events: ToExplore['events'];
  readonly workflowBundle: WorkflowBundleOption;
  /** Id of the journey whose newest version is published; absent: of every journey. */
  readonly journey?: string;
  /** `host:port` of a Temporal server that skips time. Default: one of its own, for as long as it takes. */
  readonly temporalAddress?: string;
  readonly say: (line: string) => void;
}

export type Publication =
  | {
      readonly status: 'published';
      readonly journey: string;
      readonly version: number;
      readonly file: string;
      readonly histories: readonly string[];
    }
  /** It was, and its code has not changed since in a way that a run would notice. */
  | {
      readonly status: 'unchanged' | 'refreshed';
      readonly journey: string;
      readonly version: number;
      readonly file: string;
    }
  /** It was, and what runs would notice has changed. */
  | {
      readonly status: 'refused';
      readonly journey: string;
      readonly version: number;
      readonly sentence: string;
    };

/**
 * Freezes the newest version of a journey: the hash of its code, its policy, and histories recorded on a real server at
 * each rest that can be found. What was recorded once stays: it is what sleeps out there.
 */
export async function publish(options: PublishOptions): Promise<Publication[]> {
  const publications: Publication[] = [];
  const fresh: { readonly source: JourneySource; readonly journey: ToExplore }[] = [];
  for (const journey of newest(options)) {
    const { id, policy } = journey;
    const source = options.sources.find((one) => one.id === id && one.version === policy.version);
    if (!source) {
      const sentence = `The source of ${id} v${policy.version} was not found below workflows/: write it as journey('${id}', { version: ${policy.version}, … }, async (j) => …) in a file there.`;
      publications.push({ status: 'refused', journey: id, version: policy.version, sentence });
      continue;
    }
    const before = options.published.find((one) => one.journey === id && one.version === policy.version);
    if (before) publications.push(await again(options, before, source));
    else fresh.push({ source, journey: { id, policy, events: options.events } });
  }
  if (fresh.length > 0) {
    await onTemporal(options, async (rehearsal) => {
      for (const { source, journey } of fresh) {
        options.say(`recording ${journey.id} v${journey.policy.version}`);
        publications.push(await record(options.root, rehearsal, source, journey));
      }
    });
  }
  return publications;
}

function newest({ journeys, journey }: PublishOptions): { id: string; policy: ToExplore['policy'] }[] {
  const byId = new Map<string, { id: string; policy: ToExplore['policy'] }>();
  for (const one of journeys) {
    if (journey !== undefined && one.id !== journey) continue;
    const known = byId.get(one.id);
    if (!known || known.policy.version < one.policy.version) byId.set(one.id, one);
  }
  return [...byId.values()];
}

async function again(
  options: PublishOptions,
  before: PublishedVersion,
  source: JourneySource,
): Promise<Publication> {
  const { journey, version, file } = before;
  const { broken, changed } = await replayPublished({ ...options, published: [before] });
  const [first] = broken;
  if (first) return { status: 'refused', journey, version, sentence: first.sentence };
  if (changed.length === 0) return { status: 'unchanged', journey, version, file };
  refreshPublished(options.root, before, hashOf(source.code));
  return { status: 'refreshed', journey, version, file };
}

async function record(
  root: string,
  rehearsal: Rehearsal,
  { code }: JourneySource,
  journey: ToExplore,
): Promise<Publication> {
  const { id, policy } = journey;
  const explored = await explore(rehearsal, journey);
  const published = { journey: id, version: policy.version, code: hashOf(code), policy };
  const file = writePublished(root, published, explored);
  return {
    status: 'published',
    journey: id,
    version: policy.version,
    file,
    histories: explored.map(({ name }) => name),
  };
}

async function onTemporal(
  { temporalAddress, workflowBundle, say }: PublishOptions,
  work: (rehearsal: Rehearsal) => Promise<void>,
): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'jornada-publish-'));
  const server =
    temporalAddress === undefined
      ? await startTemporal({ home, log: say, headless: true, inMemory: true })
      : undefined;
  try {
    const connection = await NativeConnection.connect({ address: temporalAddress ?? server?.address ?? '' });
    const rehearsal = new Rehearsal({ connection, namespace: 'default', workflowBundle });
    try {
      await rehearsal.open();
      await work(rehearsal);
    } finally {
      await rehearsal.close();
      await connection.close();
    }
  } finally {
    await server?.stop();
    rmSync(home, { recursive: true, force: true });
  }
}
