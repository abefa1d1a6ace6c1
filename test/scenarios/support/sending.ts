import { join } from 'node:path';
import { bundleWorkflows } from '../../../worker/bundle-workflows';
import { sendingJourneys } from '../fixtures/sending-journeys';
import { type Twilio, twilioOf } from './twilio';
import { second, type TestWorld, testWorld, type TestWorldOptions } from './world';

export type Purpose = 'care' | 'moment' | 'marketing';

/** A world in which the journeys of fixtures/sending-journeys.ts run. */
export interface SendingWorld extends TestWorld {
  readonly twilio: Twilio;
  /** A customer of this user id, subscribed, with a number of their own. Answers the number. */
  subscriber(userId: string): Promise<string>;
  /** Enters the journey of this purpose that sends, waits a day and sends again. */
  enter(userId: string, purpose: Purpose): Promise<void>;
  /** What each send came to in the journey's eyes: `first sent`, `second suppressed(consent)`. */
  answers(userId: string): Promise<string[]>;
  /** The life of each send so far: `reserved 15:00:00 submitting 15:00:00 sent 15:00:07`, in UTC. */
  lives(userId: string): Promise<string[]>;
  /** `send` or what was said instead, with the instant, of each time the gate was asked. */
  verdicts(userId: string): Promise<string[]>;
  /** Whether texts to this number are consented to, and by whose word. */
  consent(userId: string): Promise<{ status: string; source: string } | undefined>;
}

export async function sendingWorld(
  options: Omit<TestWorldOptions, 'project' | 'workflowsPath'>,
): Promise<SendingWorld> {
  bundled ??= bundleWorkflows(join(__dirname, '..', 'fixtures', 'sending.ts'));
  const project = { journeys: sendingJourneys, workflowBundle: { code: await bundled } };
  const world = await testWorld({ ...options, project });
  let numbers = 0;
  return {
    ...world,
    twilio: twilioOf(world),
    async subscriber(userId) {
      const phone = `+1212555${String(1000 + numbers++)}`;
      await world.subscribe(userId, phone);
      return phone;
    },
    async enter(userId, purpose) {
      const [event, properties] = triggers[purpose];
      await world.track(userId, event, properties);
    },
    async answers(userId) {
      const outcomes = await world.history(`user_id:${userId}`, 'outcome');
      return outcomes.map(({ outcome, value }) => `${String(outcome)} ${String(value)}`);
    },
    async lives(userId) {
      const lives = new Map<unknown, string[]>();
      for (const { sendId, status, at } of await world.history(`user_id:${userId}`, 'send')) {
        lives.set(sendId, [...(lives.get(sendId) ?? []), `${String(status)} ${second(at).slice(11, 19)}`]);
      }
      return [...lives.values()].map((life) => life.join(' '));
    },
    async verdicts(userId) {
      const decisions = await world.history(`user_id:${userId}`, 'decision');
      return decisions.map(({ verdict, reason, at }) => {
        const answer = typeof reason === 'string' ? `${String(verdict)}(${reason})` : String(verdict);
        return `${answer} ${second(at).slice(11, 19)}`;
      });
    },
    async consent(userId) {
      const { body } = await world.call<{ subscriptions: Subscription[] }>(
        'GET',
        `/api/customers/user_id:${userId}`,
      );
      const sms = body.subscriptions.find(({ channel, group }) => channel === 'sms' && group === undefined);
      return sms && { status: sms.status, source: sms.source };
    },
  };
}

/** The same for all worlds of a test file. */
let bundled: Promise<string> | undefined;

interface Subscription {
  readonly channel: string;
  readonly group?: string;
  readonly status: string;
  readonly source: string;
}

const triggers: { readonly [P in Purpose]: readonly [event: string, properties: object] } = {
  care: ['Appointment Booked', { appointmentId: 'A1', startsAt: '2027-06-01T15:00:00Z' }],
  moment: ['Visit Checked In', { visitId: 'V1', providerId: 'P1' }],
  marketing: ['Feature Viewed', { feature: 'find-provider' }],
};
