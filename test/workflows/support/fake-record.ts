import { toLocal } from '../../../rules/time/local-time';
import { resolveTarget } from '../../../rules/time/targets';
import type {
  JourneyActivities,
  RunEnd,
  RunEvent,
  RunInput,
  RunResult,
  SendAnswer,
} from '../../../workflows/runtime/contract';

/** What the record holds of one enrollment. */
export interface Entry {
  readonly input: RunInput;
  /** Jornada's clock, as the tests move it for this run. */
  now: number;
  zone: string;
  /** Of the journey, as the record has it. */
  version: number;
  readonly dayZero: string;
  result: RunResult | undefined;
  readonly events: RunEvent[];
  /** Every ask of the gate: `<step>#<occurrence> @ <instant>`, in order. */
  readonly asks: string[];
  /** A task that is begun anew executes its local activities again: what was sent is answered from here. */
  readonly ledger: Map<string, SendAnswer>;
  /** What was sent: `<message> @ <instant>`. */
  readonly sent: string[];
  readonly outcomes: string[];
  /** Calls by activity. */
  readonly calls: string[];
  /** Answers to the next asks of the gate; when they run out everything is sent. */
  readonly answers: SendAnswer[];
  readonly sendResults: SendAnswer[];
  /** Names of activities that fail once more each. */
  readonly failures: string[];
}

/** The record in memory: what the activities would answer. */
export class FakeRecord {
  private readonly entries = new Map<string, Entry>();

  enter(input: RunInput): Entry {
    const entry: Entry = {
      input,
      now: input.trigger.receivedAt,
      zone: input.zone,
      version: input.version,
      dayZero: toLocal(new Date(input.trigger.receivedAt), input.zone).date,
      result: undefined,
      events: [input.trigger],
      asks: [],
      ledger: new Map(),
      sent: [],
      outcomes: [],
      calls: [],
      answers: [],
      sendResults: [],
      failures: [],
    };
    this.entries.set(input.enrollmentId, entry);
    return entry;
  }

  end(enrollmentId: string, end: RunEnd): void {
    this.find(enrollmentId).result ??= end;
  }

  /** To be given to `Worker.create`. */
  activities(): JourneyActivities {
    return {
      send: async (request) => {
        const entry = this.called('send', request.enrollmentId);
        const key = `${request.step}#${request.occurrence}`;
        const known = entry.ledger.get(key);
        if (known) return known;
        const ask = `${key} @ ${iso(entry.now)}`;
        entry.asks.push(request.deadline === undefined ? ask : `${ask} until ${iso(request.deadline)}`);
        if (entry.result) return { status: 'ended' };
        const answer = entry.answers.shift();
        if (answer) return answer;
        entry.sent.push(`${request.message} @ ${iso(entry.now)}`);
        const sent = { status: 'sent', sendId: key, providerSid: 'SM1', at: entry.now } as const;
        entry.ledger.set(key, sent);
        return sent;
      },
      sendResult: async ({ sendId }) => {
        const entry = [...this.entries.values()].find(({ sendResults }) => sendResults.length > 0);
        const answer = entry?.sendResults.shift();
        if (!entry || !answer) throw new Error(`Nobody knows what became of ${sendId}`);
        entry.calls.push('sendResult');
        return answer;
      },
      grantOffer: async (request) => {
        const entry = this.called('grantOffer', request.enrollmentId);
        if (entry.result) return { status: 'ended' };
        const id = `${request.offer}-${request.occurrence}`;
        return { id, name: request.offer, expiresAt: new Date(request.expiresAt).toISOString() };
      },
      experiment: async ({ enrollmentId, split }) => {
        const entry = this.called('experiment', enrollmentId);
        if (entry.result) return { status: 'ended' };
        return { arm: Object.keys(split).at(-1) ?? '' };
      },
      profile: async ({ enrollmentId }) => {
        const { zone } = this.called('profile', enrollmentId);
        return { traits: { plan: 'gold' }, stage: 'active', timezone: zone, locale: 'en' };
      },
      recordOutcome: async ({ enrollmentId, outcome, value, at }) => {
        const { outcomes } = this.called('recordOutcome', enrollmentId);
        const line = `${outcome} ${JSON.stringify(value ?? null)} @ ${iso(at)}`;
        if (!outcomes.includes(line)) outcomes.push(line);
      },
      resolveTime: async ({ enrollmentId, target, startedIn }) => {
        const { zone, dayZero } = this.called('resolveTime', enrollmentId);
        return { at: resolveTarget(target, { zone, dayZero, ...(startedIn && { startedIn }) }), zone };
      },
      eventsSince: async ({ enrollmentId, names, where = {}, afterSeq = 0, since, receivedUntil }) => {
        const entry = this.called('eventsSince', enrollmentId);
        return entry.events.filter(
          (event) =>
            names.includes(event.name) &&
            event.receivedAt <= receivedUntil &&
            (since === undefined ? event.seq > afterSeq : event.timestamp >= since) &&
            Object.entries(where).every(([property, text]) => String(event.properties[property]) === text),
        );
      },
      move: async ({ enrollmentId, to }) => {
        const entry = this.called('move', enrollmentId);
        if (entry.result) return { status: 'ended' };
        entry.version = to;
        return { status: 'moved' };
      },
      tunables: async ({ values }) => values,
      finish: async ({ enrollmentId, status, reason, at }) => {
        const entry = this.called('finish', enrollmentId);
        if (entry.result) return entry.result;
        entry.result = status === 'failed' ? { status, reason: reason ?? status } : { status };
        entry.outcomes.push(`${status} @ ${iso(at)}`);
        return entry.result;
      },
    };
  }

  private called(activity: string, enrollmentId: string): Entry {
    const entry = this.find(enrollmentId);
    entry.calls.push(activity);
    const failure = entry.failures.indexOf(activity);
    if (failure >= 0) {
      entry.failures.splice(failure, 1);
      throw new Error(`${activity} is out of order`);
    }
    return entry;
  }

  private find(enrollmentId: string): Entry {
    const entry = this.entries.get(enrollmentId);
    if (!entry) throw new Error(`No enrollment ${enrollmentId}`);
    return entry;
  }
}

export const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');
