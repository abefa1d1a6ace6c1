import type { StageState } from '../rules/lifecycle/stages';
import type { EndingEvent } from '../rules/entry/endings';
import type { TraitRecord } from '../rules/identity/traits';
import type { EnrollmentRow } from '../store/enrollments';
import type { LockRow } from '../store/locks';
import type { ProfileRow } from '../store/profiles';
import type { SubscriptionRow } from '../store/subscriptions';
import type { HeardTrack } from './happening';
import type { UniqueCode } from './stock';

/** A customer as the transaction works on them in memory. */
export interface Customer {
  readonly profileId: string;
  readonly createdAt: Date;
  readonly isNew: boolean;
  /** E.164 */
  phone: string | null;
  record: TraitRecord;
  contextZone: { readonly name: string; readonly at: Date } | null;
  stages: StageState;
  /** The zone in which the end of stage `new` was reckoned. */
  stageZone: string;
  /** Open ones, and those over whose goal may still be counted. */
  readonly runs: Run[];
  /** When the last run of a journey and key ended, by {@link runKey}. */
  readonly lastEnds: Map<string, Date>;
  /** Events stored that may end a run that enters now, in order of arrival. */
  readonly endings: EndingEvent[];
  /** What they have done that waits may take, in order of arrival; of what is stored known only where profiles merge. */
  readonly heard: HeardTrack[];
  subscriptions: HeldSubscription[];
  /** Locks that stand; known only of those who turn out to be one with another. */
  locks: LockRow[];
  /** What every event may change, as it is stored. */
  readonly stored: Pick<Customer, 'contextZone'> & Pick<StageState, 'lastActivityAt'>;
  /** What of the profile has to be written: all, or only what every event may change. */
  changed: 'nothing' | 'lightly' | 'wholly';
  /** The customer this one turned out to be. */
  becomes: Customer | null;
}

export type Run = { -readonly [K in keyof Omit<EnrollmentRow, 'profileId'>]: EnrollmentRow[K] } & {
  /** Entered in this transaction. */
  readonly isNew: boolean;
  changed: boolean;
  /** The unique code that it took as it entered, if it is new. */
  readonly code: UniqueCode | null;
  /** What the run was last told of the customer's zone. */
  zone: string;
};

export type HeldSubscription = Omit<SubscriptionRow, 'profileId'> & { readonly changed: boolean };

export function runKey(journey: string, key: string): string {
  return `${journey} ${key}`;
}

export function newCustomer(profileId: string, createdAt: Date): Customer {
  return customerOf({
    profileId,
    createdAt,
    traits: {},
    traitTimes: {},
    contextTimezone: null,
    contextTimezoneAt: null,
    registeredAt: null,
    stage: null,
    stageSince: null,
    stageDueAt: null,
    lastActivityAt: null,
  });
}

export function storedCustomer(row: ProfileRow, phone: string | null): Customer {
  return customerOf(row, { isNew: false, phone });
}

/** Spelled out: made for every event, it is worth not to copy. */
function customerOf(
  row: ProfileRow,
  { isNew, phone }: { readonly isNew: boolean; readonly phone: string | null } = { isNew: true, phone: null },
): Customer {
  const { contextTimezone: name, contextTimezoneAt: at } = row;
  const contextZone = name !== null && at !== null ? { name, at } : null;
  return {
    profileId: row.profileId,
    createdAt: row.createdAt,
    isNew,
    phone,
    record: { traits: row.traits, times: row.traitTimes },
    contextZone,
    stages: {
      registeredAt: row.registeredAt,
      stage: row.stage,
      stageSince: row.stageSince,
      stageDueAt: row.stageDueAt,
      lastActivityAt: row.lastActivityAt,
    },
    stored: { contextZone, lastActivityAt: row.lastActivityAt },
    stageZone: '',
    runs: [],
    lastEnds: new Map(),
    endings: [],
    heard: [],
    subscriptions: [],
    locks: [],
    changed: 'nothing',
    becomes: null,
  };
}

export function rowOf(customer: Customer): ProfileRow {
  return {
    profileId: customer.profileId,
    createdAt: customer.createdAt,
    traits: customer.record.traits,
    traitTimes: customer.record.times,
    contextTimezone: customer.contextZone?.name ?? null,
    contextTimezoneAt: customer.contextZone?.at ?? null,
    ...customer.stages,
  };
}

/** The customer who is left after all merges. */
export function survivorOf(customer: Customer): Customer {
  return customer.becomes ? survivorOf(customer.becomes) : customer;
}

export function changeLightly(customer: Customer): void {
  if (customer.changed === 'nothing') customer.changed = 'lightly';
}

/** What is written only so often may lag behind by this: the events themselves know better. */
const LAG_MS = 600_000;

/**
 * Whether a light change is worth writing. The time of the last activity is stored to within ten minutes: whatever goes
 * by it looks up the events since ({@link findLastActivities}); so does that of the context's zone while it is the same.
 */
export function lagsBehind({ stored, stages, contextZone }: Customer): boolean {
  if (contextZone?.name !== stored.contextZone?.name) return true;
  return (
    isLater(stages.lastActivityAt, stored.lastActivityAt) || isLater(contextZone?.at, stored.contextZone?.at)
  );
}

function isLater(now: Date | null | undefined, stored: Date | null | undefined): boolean {
  if (!now) return false;
  return !stored || now.getTime() - stored.getTime() >= LAG_MS;
}
