import type { ScriptedCodes } from './codes';
import type { SimulatedProject } from './project';
import type { VirtualProvider } from './provider';
import type { Listener } from './timeline';
import type { Scripted } from './virtual-gate';
import type { Mishaps } from './virtual-run';

export interface WorldOptions {
  readonly project: SimulatedProject;
  /** Where the clock begins. */
  readonly at: Date;
  /** Of the ids that are made; the same seed makes the same. */
  readonly seed: string;
  readonly provider: VirtualProvider;
  /** Hears of everything that happens. */
  readonly listener: Listener;
  /** Profiles that became one with another. Default: nobody asks. */
  readonly onMerge?: (from: string, to: string) => void;
  /** A refusal given by hand for an ask of the gate. Default none. */
  readonly script?: (message: string, profileId: string) => Scripted | undefined;
  /** Before this nobody enters: what happens is only learned of. Default: from the beginning. */
  readonly entriesFrom?: Date;
  /** Unique codes of offers. Default: as many as are asked for. */
  readonly codes?: ScriptedCodes | undefined;
  /** Keeps every track, for audiences and versions that are released later. Default: those that journeys listen to. */
  readonly keepsAll?: boolean;
  /** Whether messages take turns in the queues of their senders, which all customers share. Default: there is room. */
  readonly paced?: boolean;
  /** What befalls the workers. Default nothing. */
  readonly mishaps?: Mishaps | undefined;
}
