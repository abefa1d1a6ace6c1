import type { Condition } from '../../catalog/audience';
import type { JourneyPolicy } from '../../catalog/policy';
import { judgeConditions } from '../../store/audiences';
import type { Database } from '../../store/database';
import {
  type EntryRecord,
  findLastEntries,
  findQuarantinedOf,
  findTriggers,
  type QuarantinedTrigger,
  type TriggerRecord,
} from '../../store/entry-search';
import { conditionWords } from './condition-words';
import { ALL_SENDING, findHoldsAt, type Hold } from '../../store/holds';

export interface JourneyDefinition {
  readonly id: string;
  readonly policy: JourneyPolicy;
}

/** How a customer stood with a journey, and why. */
export interface JourneyAnswer {
  readonly journey: string;
  /**
   * `entered`: its run was open; `ended`; `refused`; `no_event`, `quarantined`, `not_taken`: the event that enters had
   * not come, was set aside, or started nothing; `no_stage`: the stage that enters was not crossed; `not_launched`: no
   * launch had found the customer in the audience.
   */
  readonly standing:
    | 'entered'
    | 'ended'
    | 'refused'
    | 'no_event'
    | 'quarantined'
    | 'not_taken'
    | 'no_stage'
    | 'not_launched';
  /** ISO 8601: since when. */
  readonly at?: string;
  readonly enrollmentId?: string;
  /** How the run ended, or why entry was refused. */
  readonly status?: string;
  readonly reason?: string;
  /** The event, stage or audience that enters. */
  readonly enters: { readonly event: string } | { readonly stage: string } | { readonly audience: string };
  readonly messageId?: string;
  readonly violations?: QuarantinedTrigger['violations'];
  /** Of an audience: what makes it, and whether that holds for the customer today. */
  readonly conditions?: readonly { readonly condition: string; readonly holds: boolean }[];
  /** What held the journey, or all sending, then. */
  readonly held?: { readonly by: Hold['kind']; readonly since: string };
}

interface Known {
  readonly entries: ReadonlyMap<string, EntryRecord>;
  readonly triggers: ReadonlyMap<string, TriggerRecord>;
  readonly quarantined: readonly QuarantinedTrigger[];
  readonly holds: readonly Hold[];
}

/** What a journey may be entered by. */
export interface Entrances {
  readonly journeys: readonly JourneyDefinition[];
  readonly audiences: { readonly [name: string]: Condition };
}

/** One answer a journey, by its newest version. */
export async function journeyAnswers(
  db: Database,
  { journeys, audiences }: Entrances,
  { profileId, at }: { readonly profileId: string; readonly at: Date },
): Promise<JourneyAnswer[]> {
  const newest = new Map<string, JourneyDefinition>();
  for (const journey of journeys) {
    const known = newest.get(journey.id);
    if (!known || known.policy.version < journey.policy.version) newest.set(journey.id, journey);
  }
  const ids = [...newest.keys()];
  const names = [...newest.values()].flatMap(({ policy }) => ('on' in policy.enter ? [policy.enter.on] : []));
  const [entries, triggers, quarantined, holds] = await Promise.all([
    findLastEntries(db, { profileId, journeys: ids, at }),
    findTriggers(db, { profileId, names, at }),
    findQuarantinedOf(db, { profileId, at }),
    findHoldsAt(db, ids, at),
  ]);
  const known: Known = {
    entries: new Map(entries.map((entry) => [entry.journey, entry])),
    triggers: new Map(triggers.map((trigger) => [trigger.name, trigger])),
    quarantined,
    holds,
  };
  return Promise.all(
    [...newest.values()].map(async (journey) => {
      const answer = answerFor(journey, known);
      const { enter } = journey.policy;
      const audience = 'audience' in enter ? audiences[enter.audience] : undefined;
      if (answer.standing !== 'not_launched' || !audience) return answer;
      const parts = 'all' in audience ? audience.all : [audience];
      const holds = await judgeConditions(db, parts, profileId);
      const conditions = parts.map((part, i) => ({
        condition: conditionWords(part),
        holds: holds[i] === true,
      }));
      return { ...answer, conditions };
    }),
  );
}

function answerFor({ id, policy: { enter } }: JourneyDefinition, known: Known): JourneyAnswer {
  const hold = known.holds.find(({ journey }) => journey === id || journey === ALL_SENDING);
  const about = {
    journey: id,
    enters: entersOn(enter),
    ...(hold && { held: { by: hold.kind, since: hold.since.toISOString() } }),
  };
  const entry = known.entries.get(id);
  const trigger = 'on' in enter ? known.triggers.get(enter.on) : undefined;
  const aside = 'on' in enter ? known.quarantined.find(({ name }) => isLike(name, enter.on)) : undefined;
  // What was set aside since would have been the later trigger.
  if (aside && !isLaterThan(entry?.at, aside.receivedAt)) {
    const { receivedAt, messageId, violations } = aside;
    return { ...about, standing: 'quarantined', at: receivedAt.toISOString(), messageId, violations };
  }
  if (entry) return { ...about, ...standingOf(entry) };
  if ('stage' in enter) return { ...about, standing: 'no_stage' };
  if ('audience' in enter) return { ...about, standing: 'not_launched' };
  if (!trigger) return { ...about, standing: 'no_event' };
  const { receivedAt, messageId } = trigger;
  return { ...about, standing: 'not_taken', at: receivedAt.toISOString(), messageId };
}

function entersOn(enter: JourneyPolicy['enter']): JourneyAnswer['enters'] {
  if ('on' in enter) return { event: enter.on };
  return 'stage' in enter ? { stage: enter.stage } : { audience: enter.audience };
}

function standingOf({ status, reason, at, enrollmentId, messageId }: EntryRecord) {
  return {
    standing: status === 'entered' || status === 'refused' ? status : ('ended' as const),
    at: at.toISOString(),
    ...(enrollmentId !== null && { enrollmentId }),
    ...(status !== 'entered' && { status }),
    ...(reason !== null && { reason }),
    ...(messageId !== null && { messageId }),
  } as const;
}

/** A name that differs in case, spaces or a letter or two: it may have been misspelled. */
function isLike(name: string, wanted: string): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const [a, b] = [plain(name), plain(wanted)];
  return a !== '' && Math.abs(a.length - b.length) <= 2 && editDistance(a, b) <= 2;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const swap = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(swap, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function isLaterThan(a: Date | undefined, b: Date): boolean {
  return a !== undefined && a > b;
}
