import { toLocal } from '../rules/time/local-time';
import { resolveTarget } from '../rules/time/targets';
import type {
  JourneyActivities,
  RunEnd,
  RunEvent,
  RunInput,
  SendAnswer,
} from '../workflows/runtime/contract';

/** What the gate answers when it is asked at `now`. */
export type ScriptedAnswer = (now: number) => SendAnswer;

/** What is known of one rehearsed run. */
export interface RehearsedRun {
  readonly input: RunInput;
  /** Jornada's clock for this run. */
  now: number;
  zone: string;
  readonly events: RunEvent[];
  end: RunEnd | undefined;
  /** Answers to the next asks of the gate; when they run out everything is sent. */
  readonly answers: ScriptedAnswer[];
  /** A task that is begun anew executes its local activities again. */
  readonly sent: Map<string, SendAnswer>;
}

/** The activities over a record in memory: nothing is sent to anybody, and nothing is written. */
export class RecordInMemory {
  private readonly runs = new Map<string, RehearsedRun>();

  enter(input: RunInput, answers: readonly ScriptedAnswer[]): RehearsedRun {
    const run: RehearsedRun = {
      input,
      now: input.trigger.receivedAt,
      zone: input.zone,
      events: [input.trigger],
      end: undefined,
      answers: [...answers],
      sent: new Map(),
    };
    this.runs.set(input.enrollmentId, run);
    return run;
  }

  activities(): JourneyActivities {
    return {
      send: async ({ enrollmentId, step, occurrence }) => {
        const run = this.find(enrollmentId);
        if (run.end) return { status: 'ended' };
        const sendId = `${step}-${occurrence}`;
        const answer = run.sent.get(sendId) ??
          run.answers.shift()?.(run.now) ?? { status: 'sent', sendId, providerSid: 'SM0', at: run.now };
        if (answer.status === 'sent') run.sent.set(sendId, answer);
        return answer;
      },
      sendResult: async ({ sendId }) => ({ status: 'sent', sendId, providerSid: 'SM0', at: 0 }),
      grantOffer: async ({ enrollmentId, offer, occurrence, expiresAt }) =>
        this.find(enrollmentId).end
          ? { status: 'ended' }
          : {
              id: `${offer}-${occurrence}`,
              name: offer,
              expiresAt: new Date(expiresAt).toISOString(),
              // Whichever offer it is: a flow that wants a code has one.
              code: 'CODE-0001',
            },
      experiment: async ({ enrollmentId, split }) =>
        this.find(enrollmentId).end ? { status: 'ended' } : { arm: Object.keys(split)[0] ?? '' },
      profile: async ({ enrollmentId }) => ({
        traits: {},
        stage: 'active',
        timezone: this.find(enrollmentId).zone,
        locale: 'en',
      }),
      recordOutcome: async () => {},
      resolveTime: async ({ enrollmentId, target, startedIn }) => {
        const { zone, input } = this.find(enrollmentId);
        const dayZero = toLocal(new Date(input.trigger.receivedAt), input.zone).date;
        return { at: resolveTarget(target, { zone, dayZero, ...(startedIn && { startedIn }) }), zone };
      },
      eventsSince: async ({ enrollmentId, names, where = {}, afterSeq = 0, since, receivedUntil }) =>
        this.find(enrollmentId).events.filter(
          (event) =>
            names.includes(event.name) &&
            event.receivedAt <= receivedUntil &&
            (since === undefined ? event.seq > afterSeq : event.timestamp >= since) &&
            Object.entries(where).every(([property, text]) => String(event.properties[property]) === text),
        ),
      move: async () => ({ status: 'stays' }),
      tunables: async ({ values }) => values,
      finish: async ({ enrollmentId, status, reason = status }) => {
        const { end } = this.find(enrollmentId);
        return end ?? (status === 'failed' ? { status, reason } : { status });
      },
    };
  }

  private find(enrollmentId: string): RehearsedRun {
    const run = this.runs.get(enrollmentId);
    if (!run) throw new Error(`No enrollment ${enrollmentId}`);
    return run;
  }
}
