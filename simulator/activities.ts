import { isHeldOut } from '../rules/experiments/holdout';
import { walkedArm } from '../rules/experiments/split';
import { bucketOf } from '../rules/experiments/bucket';
import { asText } from '../rules/entry/text';
import { profileView } from '../rules/profile-view';
import { resolveTarget } from '../rules/time/targets';
import { zonesOf } from '../rules/time/zones';
import { type Customer, type Run, survivorOf } from '../ingest/customer';
import { policyOf } from '../activities/policy-of';
import type { JourneyActivities, RunEvent } from '../workflows/runtime/contract';
import { endRun } from './end-run';
import type { SimulatedProject } from './project';
import type { VirtualRecord } from './record';
import type { Sending } from './sending';

/** Most events answered at once. */
const LIMIT = 1_000;

/** Everything a journey may do to the world, done to one in memory. */
export function virtualActivities(parts: {
  /** As it stands when it is asked for: versions may be released meanwhile. */
  readonly project: () => SimulatedProject;
  readonly record: VirtualRecord;
  readonly sending: Sending;
  readonly newId: () => string;
  readonly now: () => Date;
}): JourneyActivities {
  const { record, sending, newId, now } = parts;
  const customerOf = (enrollmentId: string) => survivorOf(record.enrolled(enrollmentId).customer);
  const zoneOf = (customer: Customer) => zoneOfCustomer(customer, parts.project().workspace.timezone);
  const isHeldOutOf = (customer: Customer, { journey, version }: Run, which: 'all' | 'this') => {
    const { purpose, holdout } = policyOf(parts.project(), { journey, version });
    return isHeldOut(purpose, {
      customer: customer.profileId,
      journey,
      global: parts.project().workspace.holdout,
      own: which === 'this' ? holdout : undefined,
      assigned: record.marks.armsOf(customer),
    });
  };

  return {
    send: async (request) => sending.send(request),
    sendResult: async ({ sendId }) => sending.sendResult(sendId),
    async grantOffer({ enrollmentId, step, occurrence, offer: name, expiresAt }) {
      const enrolled = record.enrolled(enrollmentId);
      const { offers, run } = enrolled;
      if (run.status !== 'open') return { status: 'ended' };
      const key = `${step}#${occurrence}`;
      const known = offers.get(key);
      if (known) return known.offer;
      const customer = customerOf(enrollmentId);
      const offer = {
        id: newId(),
        name,
        expiresAt: new Date(expiresAt).toISOString(),
        ...(run.code?.offer === name && { code: run.code.code }),
      };
      const withheld = isHeldOutOf(customer, run, 'this');
      const granted = { offer, enrolled, withheld, redeemedAt: undefined };
      offers.set(key, granted);
      record.offers.set(offer.id, granted);
      return offer;
    },
    async profile({ enrollmentId }) {
      const customer = customerOf(enrollmentId);
      const { traits } = customer.record;
      const { stage } = customer.stages;
      const project = parts.project();
      return profileView(
        { traits, stage, timezone: zoneOf(customer) },
        { locales: project.workspace.locales, declared: project.traits },
      );
    },
    async recordOutcome({ enrollmentId, outcome, value, at }) {
      const { run, outcomes } = record.enrolled(enrollmentId);
      if (run.status !== 'open' || outcomes.has(outcome)) return;
      outcomes.add(outcome);
      const { journey } = run;
      const fields = { enrollmentId, journey, outcome, value };
      record.tell(customerOf(enrollmentId).profileId, 'outcome', new Date(at), fields);
    },
    async resolveTime({ enrollmentId, target, startedIn }) {
      const zone = zoneOf(customerOf(enrollmentId));
      const { dayZero } = record.enrolled(enrollmentId).run;
      return { at: resolveTarget(target, { zone, dayZero, ...(startedIn && { startedIn }) }), zone };
    },
    async eventsSince({ enrollmentId, names, where = {}, afterSeq = 0, since, receivedUntil }) {
      const { run } = record.enrolled(enrollmentId);
      const wanted = Object.entries(where);
      const until = Math.min(receivedUntil, now().getTime());
      const fits = (event: RunEvent) =>
        names.includes(event.name) &&
        event.receivedAt <= until &&
        (since === undefined
          ? event.receivedAt >= run.enteredAt.getTime() && event.seq > afterSeq
          : event.timestamp >= since && event.seq > afterSeq) &&
        wanted.every(([property, text]) => asText(event.properties[property]) === text);
      return (record.tracks.get(customerOf(enrollmentId).profileId) ?? []).filter(fits).slice(0, LIMIT);
    },
    async move({ enrollmentId, journey, to }) {
      const { run } = record.enrolled(enrollmentId);
      if (!parts.project().journeys.some(({ id, policy }) => id === journey && policy.version === to)) {
        return { status: 'stays' };
      }
      if (run.status !== 'open') return { status: 'ended' };
      Object.assign(run, { version: to });
      return { status: 'moved' };
    },
    async experiment({ enrollmentId, subject, split }) {
      const { run } = record.enrolled(enrollmentId);
      if (run.status !== 'open') return { status: 'ended' };
      const id = `${run.journey}/${subject}`;
      const customer = customerOf(enrollmentId);
      const known = record.marks.armsOf(customer).find(({ experiment }) => experiment === id);
      const bucket = bucketOf(id, customer.profileId);
      const arm = walkedArm(bucket, split, known?.arm);
      if (!known && !isHeldOutOf(customer, run, 'all'))
        record.marks.assign(customer, [{ experiment: id, arm, bucket }]);
      return { arm };
    },
    tunables: async ({ values }) => values,
    finish: async ({ enrollmentId, status, reason, at }) =>
      endRun(record, record.enrolled(enrollmentId), { status, reason, at: new Date(at) }),
  };
}

/** The zone to reckon a customer's local time in. */
export function zoneOfCustomer(customer: Customer, workspace: string): string {
  return zonesOf({
    trait: customer.record.traits.timezone,
    context: customer.contextZone?.name,
    phone: customer.phone,
    workspace,
  }).zone;
}
