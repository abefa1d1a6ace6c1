import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import type { JourneySource } from '../analysis/flow';
import type { JourneyPolicy } from '../catalog/policy';
import { hashOf, type PublishedVersion } from './published';
import { noSinks } from './rehearsal';
import { type Command, firstDifference, recordedCommands } from './trace';

/** A published version that today's code does not keep. */
export interface Broken {
  readonly journey: string;
  readonly version: number;
  /** Which of its histories; absent where the version as a whole is meant. */
  readonly history?: string;
  /** What is wrong and what to do, in a sentence. */
  readonly sentence: string;
}

export interface Replayed {
  readonly versions: number;
  readonly histories: number;
  readonly broken: readonly Broken[];
  /** Versions whose code was changed since, in a way that every recorded run survives. */
  readonly changed: readonly string[];
}

export interface ReplayOptions {
  readonly published: readonly PublishedVersion[];
  readonly journeys: readonly { readonly id: string; readonly policy: JourneyPolicy }[];
  readonly sources: readonly JourneySource[];
  readonly workflowBundle: WorkflowBundleOption;
  /** Makes a bundle of the same code that tells what it asks for; called when something is broken. */
  readonly tracedBundle: () => Promise<WorkflowBundleOption>;
}

/** Replays every published version against today's code, and says in words where it goes another way. */
export async function replayPublished(options: ReplayOptions): Promise<Replayed> {
  const { published, sources } = options;
  const broken: Broken[] = [];
  const changed: string[] = [];
  let traced: Promise<WorkflowBundleOption> | undefined;
  for (const version of published) {
    const wrong = wrongAsAWhole(version, options.journeys);
    if (wrong !== undefined) {
      broken.push({ journey: version.journey, version: version.version, sentence: wrong });
      continue;
    }
    const before = broken.length;
    for (const name of version.histories) {
      const history = version.history(name);
      if (await replays(options.workflowBundle, history)) continue;
      traced ??= options.tracedBundle();
      broken.push(brokenHistory(version, name, await difference(await traced, history)));
    }
    const source = sources.find(({ id, version: n }) => id === version.journey && n === version.version);
    if (source && hashOf(source.code) !== version.code && broken.length === before) {
      changed.push(`${version.journey} v${version.version}`);
    }
  }
  const histories = published.reduce((sum, version) => sum + version.histories.length, 0);
  return { versions: published.length, histories, broken, changed };
}

function wrongAsAWhole(
  { journey, version, policy, file }: PublishedVersion,
  journeys: ReplayOptions['journeys'],
): string | undefined {
  const found = journeys.find(({ id, policy: { version: n } }) => id === journey && n === version);
  if (!found) {
    return `${journey} v${version} is published and no longer in the list of journeys, so its runs would stand still: list it again, or, when none of them is open, delete ${file} and its folder.`;
  }
  if (sorted(found.policy) === sorted(policy)) return undefined;
  return `The policy of ${journey} v${version} is not the one that was published: undo the change, or make it version ${version + 1}.`;
}

function brokenHistory({ journey, version }: PublishedVersion, history: string, what: string): Broken {
  const sentence = `A run of ${journey} v${version}, ${history}, does not replay: ${what}. Undo the change, or make it version ${version + 1}.`;
  return { journey, version, history, sentence };
}

async function replays(workflowBundle: WorkflowBundleOption, history: unknown): Promise<boolean> {
  try {
    await Worker.runReplayHistory({ workflowBundle, sinks: noSinks }, history);
    return true;
  } catch {
    // Whatever keeps it from replaying would keep runs from going on; what it is, is looked for by a trace.
    return false;
  }
}

async function difference(workflowBundle: WorkflowBundleOption, history: unknown): Promise<string> {
  const asked: Command[] = [];
  const trace = {
    asked: { fn: (_info: unknown, command: Command) => void asked.push(command), callDuringReplay: true },
  };
  await Worker.runReplayHistory({ workflowBundle, sinks: { ...noSinks, trace } }, history).catch(() => {});
  return firstDifference(recordedCommands(historyFromJSON(history)), asked);
}

/** JSON in which members stand in the order of their names. */
export function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
