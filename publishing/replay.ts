import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { type InjectedSinks, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import type { Sinks } from '@temporalio/workflow';
import type { JourneySource } from '../analysis/flow';
import type { JourneyPolicy } from '../catalog/policy';
import { hashOf, type PublishedVersion } from './published';
import { noSinks } from './rehearsal';
import { type Command, firstDifference, firstOtherName, firstOtherWait, recordedCommands } from './trace';

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
  /** Makes a bundle of today's code that tells what it asks for. */
  readonly tracedBundle: () => Promise<WorkflowBundleOption>;
}

/** Replays every published version against today's code, and says in words where it goes another way. */
export async function replayPublished(options: ReplayOptions): Promise<Replayed> {
  const { published, sources } = options;
  const broken: Broken[] = [];
  const changed: string[] = [];
  let bundle: Promise<WorkflowBundleOption> | undefined;
  for (const version of published) {
    const wrong = wrongAsAWhole(version, options.journeys);
    if (wrong !== undefined) {
      broken.push({ journey: version.journey, version: version.version, sentence: wrong });
      continue;
    }
    const before = broken.length;
    for (const name of version.histories) {
      bundle ??= options.tracedBundle();
      const found = await brokenHistory(await bundle, version, name);
      if (found) broken.push(found);
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

async function brokenHistory(
  bundle: WorkflowBundleOption,
  { journey, version, history: read }: PublishedVersion,
  history: string,
): Promise<Broken | undefined> {
  const replayed = await replay(bundle, read(history));
  if (replayed.same) return undefined;
  const how = replayed.replays ? 'does something else than was published' : 'does not replay';
  const sentence = `A run of ${journey} v${version}, ${history}, ${how}: ${replayed.difference}. Undo the change, or make it version ${version + 1}.`;
  return { journey, version, history, sentence };
}

export type ReplayedHistory =
  | { readonly same: true }
  | {
      readonly same: false;
      /** It would go on, and do something else than was recorded. */
      readonly replays: boolean;
      /** The first one, in words. */
      readonly difference: string;
    };

/** Replays one history on a bundle that tells what it asks for. */
export async function replay(tracedBundle: WorkflowBundleOption, history: unknown): Promise<ReplayedHistory> {
  const asked: Command[] = [];
  const trace = {
    asked: { fn: (_info: unknown, command: Command) => void asked.push(command), callDuringReplay: true },
  };
  const recorded = recordedCommands(historyFromJSON(history));
  const goesOn = await replays(tracedBundle, history, { ...noSinks, trace });
  if (!goesOn) return { same: false, replays: false, difference: firstDifference(recorded, asked) };
  const difference = firstOtherName(recorded, asked) ?? firstOtherWait(recorded, asked);
  return difference === undefined ? { same: true } : { same: false, replays: true, difference };
}

/** Whether a run with this history would go on. */
export async function replays(
  workflowBundle: WorkflowBundleOption,
  history: unknown,
  sinks: InjectedSinks<Sinks> = noSinks,
): Promise<boolean> {
  try {
    await Worker.runReplayHistory({ workflowBundle, sinks }, history);
    return true;
  } catch {
    // Whatever keeps it from replaying would keep runs from going on; what it is, a trace tells.
    return false;
  }
}

/** JSON in which members stand in the order of their names. */
export function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
