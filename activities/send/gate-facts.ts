import type { JourneyPolicy } from '../../catalog/policy';
import type { GateFacts } from '../../rules/gate/facts';
import type { Rival } from '../../rules/gate/lock';
import type { PaceFacts } from '../../rules/gate/pace';
import { stageAt } from '../../rules/lifecycle/stages';
import { type Zones, zonesOf } from '../../rules/time/zones';
import type { SendFacts } from '../../store/send-facts';
import type { ActivityDeps } from '../deps';

/** The one channel there is so far. */
export const CHANNEL = 'sms';

/** The customer's zones, as far as is known. */
export function zonesOfCustomer({ workspace }: Pick<ActivityDeps, 'workspace'>, facts: SendFacts): Zones {
  return zonesOf({
    trait: facts.timezone,
    context: facts.contextTimezone,
    phone: facts.phone,
    workspace: workspace.timezone,
  });
}

/** What the gate looks at: the record as it stands, and what the workspace and the journey's policy say. */
export function gateFacts(
  deps: Pick<ActivityDeps, 'workspace' | 'catalog' | 'journeys'>,
  facts: SendFacts,
  ask: {
    readonly policy: JourneyPolicy;
    readonly zones: Zones;
    readonly message: string;
    readonly deadline?: number | undefined;
    readonly pace: PaceFacts | undefined;
    readonly content: GateFacts['content'];
  },
): GateFacts {
  const { workspace, catalog } = deps;
  const { policy, zones, deadline } = ask;
  const topic = catalog.messages[ask.message]?.topic;
  return {
    now: facts.now,
    customer: facts.profileId,
    journey: facts.journey,
    purpose: policy.purpose,
    deadline: deadline === undefined ? undefined : new Date(deadline),
    erased: facts.erased,
    consent: {
      channel: CHANNEL,
      address: facts.phone ?? undefined,
      topic:
        topic === undefined
          ? undefined
          : { name: topic, optOut: workspace.topics[topic]?.consent === 'opt-out' },
      subscriptions: facts.subscriptions,
      suppressions: facts.suppressions,
    },
    enrollment: { status: facts.enrollmentStatus, reason: facts.enrollmentReason },
    lifecycle: { during: policy.during, stage: stageAt(facts, facts.now) },
    lock: {
      declared: policy.lock,
      holder: facts.lock ?? undefined,
      rivals: facts.rivals.flatMap((run) => rivalOf(deps, run)),
    },
    holdout: { global: workspace.holdout, own: policy.holdout, assigned: facts.assigned },
    cap: {
      caps: workspace.caps,
      whenFull: policy.capped ?? 'skip',
      recent: facts.recent,
      zone: zones.zone,
    },
    quietHours: {
      zones: zones.candidates,
      region: facts.region,
      quiet: workspace.quietHours,
      inQuietHours: policy.quietHours ?? 'defer',
      spread: policy.spread,
    },
    pace: ask.pace,
    content: ask.content,
  };
}

function rivalOf({ journeys }: Pick<ActivityDeps, 'journeys'>, run: SendFacts['rivals'][number]): Rival[] {
  const found = journeys.find(({ id, policy }) => id === run.journey && policy.version === run.version);
  const { purpose, lock } = found?.policy ?? {};
  return purpose === 'marketing' && lock ? [{ journey: run.journey, priority: lock.priority }] : [];
}
