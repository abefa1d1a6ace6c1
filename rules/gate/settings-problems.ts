import { elapsed } from '../../catalog/duration';
import type { JourneyPolicy } from '../../catalog/policy';
import type { FrequencyCap, Holdout, Pace, Sender } from '../../catalog/sending';

/** What the gate goes by besides the record. */
export interface GateSettings {
  readonly journeys: readonly { readonly id: string; readonly policy: JourneyPolicy }[];
  readonly workspace: {
    readonly caps: readonly FrequencyCap[];
    readonly holdout: Holdout;
    readonly senders: { readonly [sender: string]: Sender };
    readonly pace: Pace;
  };
}

/** What in these settings cannot be meant, a sentence each; empty when they will do. */
export function settingsProblems({ journeys, workspace }: GateSettings): string[] {
  const { caps, holdout, senders, pace } = workspace;
  return [
    ...caps.filter((cap) => !isCap(cap)).map(() => 'a cap allows at least 1 message in some length of time'),
    ...percentProblem('the holdout of the workspace', holdout),
    ...Object.entries({ ...senders, 'the account': pace }).flatMap(([name, { segmentsPerSecond }]) =>
      segmentsPerSecond === undefined || segmentsPerSecond > 0
        ? []
        : [`${name} sends more than 0 segments a second, or has no limit`],
    ),
    ...journeys.flatMap(({ id, policy }) => policyProblems(id, policy, senders)),
  ];
}

function policyProblems(id: string, policy: JourneyPolicy, senders: object): string[] {
  const { purpose, lock, holdout, spread, sender } = policy;
  const problems: string[] = [];
  if (lock && purpose !== 'marketing') problems.push(`${id} is ${purpose}: only marketing takes a lock`);
  if (lock && !(Number.isInteger(lock.priority) && lock.priority >= 1))
    problems.push(`the lock of ${id} has a whole number from 1 for its priority`);
  if (lock && !(elapsed(lock.for) > 0)) problems.push(`the lock of ${id} lasts for some time`);
  if (spread && !(elapsed(spread) > 0)) problems.push(`${id} spreads over some time, or not at all`);
  if (sender !== undefined && sender !== 'default' && !Object.hasOwn(senders, sender))
    problems.push(`the sender ${sender} of ${id} is in the workspace`);
  return [...problems, ...(holdout ? percentProblem(`the holdout of ${id}`, holdout) : [])];
}

function isCap({ most, per }: FrequencyCap): boolean {
  return Number.isInteger(most) && most >= 1 && (per === 'day' || elapsed(per) > 0);
}

function percentProblem(whose: string, { percent }: Holdout): string[] {
  return percent >= 0 && percent <= 100 ? [] : [`${whose} is a percentage, 0 to 100`];
}
