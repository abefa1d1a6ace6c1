import type { EventName, MessageId, OfferName } from '../catalog/types';
import type { Stage } from '../catalog/lifecycle';
import type { SuppressionReason } from '../workflows/runtime';
import type { TestOffer } from './customer';
import {
  changes,
  contains,
  customerOf,
  decisions,
  details,
  isSame,
  type Outcome,
  timelineOf,
  told,
} from './expectation';
import type { Invariant } from './histories';
import { brokenInvariant } from './invariants';
import { whatCameOf } from './timeline-text';

/** What is expected of a message that was sent. */
export interface SendExpectation {
  /** When it was handed over, ISO 8601. Default: any time. */
  readonly at?: string;
  /** To which phone, E.164. Default: whichever. */
  readonly to?: string;
  /** A part of its text, or a pattern. Default: any text. */
  readonly body?: string | RegExp;
  /** How often exactly. Default: at least once. */
  readonly times?: number;
}

/** Expectations about what became of a customer of a test; when one is not met, the message shows the timeline. */
export const matchers = {
  /** A message was handed to the provider. */
  toHaveSent(received: unknown, message: MessageId, expected: SendExpectation = {}): Outcome {
    const { at, to, body, times } = expected;
    const found = timelineOf(received, 'send').filter(
      (send) =>
        send['status'] === 'sent' &&
        send['message'] === message &&
        (at === undefined || isSame(send.at, at)) &&
        (to === undefined || customerOf(received).phone === to) &&
        (body === undefined || contains(send['body'], body)),
    );
    const pass = times === undefined ? found.length > 0 : found.length === times;
    return told(received, pass, `to have been sent ${message}${details(expected)}`);
  },

  /** Nothing at all was handed to the provider. */
  toHaveSentNothing(received: unknown): Outcome {
    const pass = !timelineOf(received, 'send').some((send) => send['status'] === 'sent');
    return told(received, pass, 'to have been sent nothing');
  },

  /** Exactly these messages were handed over, in this order: `message` or `message @ instant`. */
  toHaveSentExactly(received: unknown, expected: readonly string[]): Outcome {
    const sent = timelineOf(received, 'send').filter((send) => send['status'] === 'sent');
    const pass =
      sent.length === expected.length &&
      sent.every((send, index) => {
        const [message, at] = (expected[index] ?? '').split(' @ ');
        return send['message'] === message && (at === undefined || isSame(send.at, at));
      });
    return told(received, pass, `to have been sent exactly\n  ${expected.join('\n  ') || '(nothing)'}\n`);
  },

  /** A run of the journey began. */
  toHaveEntered(
    received: unknown,
    journey: string,
    { at, times }: { at?: string; times?: number } = {},
  ): Outcome {
    const found = changes(received, { journey, status: 'entered' }).filter(
      (change) => at === undefined || isSame(change.at, at),
    );
    const pass = times === undefined ? found.length > 0 : found.length === times;
    return told(received, pass, `to have entered ${journey}${details({ at, times })}`);
  },

  /** A run of the journey was refused, for this reason if one is given. */
  toHaveBeenRefused(received: unknown, journey: string, reason?: string): Outcome {
    const found = changes(received, { journey, status: 'refused', ...(reason && { reason }) });
    return told(
      received,
      found.length > 0,
      `to have been refused by ${journey}${reason ? ` (${reason})` : ''}`,
    );
  },

  /** A run ended so: by its status (`completed`, `exited`, `converted`, `merged`, `failed`) or its reason (`goal`, `exit_event`, …). */
  toHaveEnded(
    received: unknown,
    how: string,
    { at, journey }: { at?: string; journey?: string } = {},
  ): Outcome {
    const found = timelineOf(received, 'enrollment').filter(
      (change) =>
        (change['status'] === how || change['reason'] === how) &&
        change['status'] !== 'entered' &&
        change['status'] !== 'refused' &&
        (journey === undefined || change['journey'] === journey) &&
        (at === undefined || isSame(change.at, at)),
    );
    return told(received, found.length > 0, `to have ended ${how}${details({ at, journey })}`);
  },

  /** An ask to send a message was refused for good. */
  toHaveBeenSuppressed(received: unknown, message: MessageId, reason?: SuppressionReason): Outcome {
    const found = decisions(received, message, 'suppressed', reason);
    return told(
      received,
      found.length > 0,
      `to have had ${message} suppressed${reason ? ` (${reason})` : ''}`,
    );
  },

  /** An ask to send a message was put off. */
  toHaveBeenDeferred(
    received: unknown,
    message: MessageId,
    { until, reason }: { until?: string; reason?: string } = {},
  ): Outcome {
    const found = decisions(received, message, 'deferred', reason).filter(
      (decision) => until === undefined || isSame(String(decision['until']), until),
    );
    return told(received, found.length > 0, `to have had ${message} deferred${details({ until, reason })}`);
  },

  /** A run recorded an outcome of this name. */
  toHaveOutcome(
    received: unknown,
    outcome: string,
    expected: { at?: string; value?: unknown } = {},
  ): Outcome {
    const found = timelineOf(received, 'outcome').filter(
      (item) =>
        item['outcome'] === outcome &&
        (expected.at === undefined || isSame(item.at, expected.at)) &&
        (!('value' in expected) || JSON.stringify(item['value']) === JSON.stringify(expected.value)),
    );
    return told(received, found.length > 0, `to have the outcome ${outcome}${details(expected)}`);
  },

  /** They have an offer of this name: granted, redeemed or expired as it stands now, if that is asked. */
  toHaveOffer(
    received: unknown,
    name: OfferName,
    { status, expiresAt }: { status?: TestOffer['status']; expiresAt?: string } = {},
  ): Outcome {
    const found = customerOf(received).offers.filter(
      (offer) =>
        offer.name === name &&
        (status === undefined || offer.status === status) &&
        (expiresAt === undefined || isSame(offer.expiresAt, expiresAt)),
    );
    return told(received, found.length > 0, `to have the offer ${name}${details({ status, expiresAt })}`);
  },

  /** Where they stand now. */
  toBeInStage(received: unknown, stage: Stage): Outcome {
    return told(received, customerOf(received).stage === stage, `to be in stage ${stage}`);
  },

  /** An event of this name happened to them. */
  toHaveDone(received: unknown, event: EventName): Outcome {
    const pass = timelineOf(received, 'event').some(({ name }) => name === event);
    return told(received, pass, `to have done ${event}`);
  },

  /** What must hold of every history holds, and so do these. */
  toKeepInvariants(received: unknown, own: { readonly [name: string]: Invariant } = {}): Outcome {
    const broken = brokenInvariant(customerOf(received), own);
    return told(received, !broken, `to keep all invariants${broken ? `. ${broken.what}` : ''}`);
  },

  /** All that came of them, a line each as a failed expectation shows it; spaces around a line do not count. */
  toHaveTimeline(received: unknown, expected: string): Outcome {
    const lines = (text: string) =>
      text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .join('\n');
    const pass = lines(whatCameOf(customerOf(received).timeline())) === lines(expected);
    return told(received, pass, `to have the timeline\n${expected}\n`);
  },
};

declare global {
  namespace jest {
    // The names of the parameters are those of @types/jest, which this adds to.
    interface Matchers<R, T = {}> {
      /** A message was handed to the provider. */
      toHaveSent(message: MessageId, expected?: SendExpectation): R;
      /** Nothing at all was handed to the provider. */
      toHaveSentNothing(): R;
      /** Exactly these messages were handed over, in this order: `message` or `message @ instant`. */
      toHaveSentExactly(expected: readonly string[]): R;
      /** A run of the journey began. */
      toHaveEntered(journey: string, expected?: { at?: string; times?: number }): R;
      /** A run of the journey was refused, for this reason if one is given. */
      toHaveBeenRefused(journey: string, reason?: string): R;
      /** A run ended so: by its status (`completed`, `exited`, `converted`, `merged`, `failed`) or its reason (`goal`, …). */
      toHaveEnded(how: string, expected?: { at?: string; journey?: string }): R;
      /** An ask to send a message was refused for good. */
      toHaveBeenSuppressed(message: MessageId, reason?: SuppressionReason): R;
      /** An ask to send a message was put off. */
      toHaveBeenDeferred(message: MessageId, expected?: { until?: string; reason?: string }): R;
      /** A run recorded an outcome of this name. */
      toHaveOutcome(outcome: string, expected?: { at?: string; value?: unknown }): R;
      /** They have an offer of this name: `granted`, `redeemed` or `expired` as it stands now, if that is asked. */
      toHaveOffer(offer: OfferName, expected?: { status?: TestOffer['status']; expiresAt?: string }): R;
      /** Where they stand now. */
      toBeInStage(stage: Stage): R;
      /** An event of this name happened to them. */
      toHaveDone(event: EventName): R;
      /** What must hold of every history holds (see `checkHistories`), and so do these. */
      toKeepInvariants(invariants?: { readonly [name: string]: Invariant }): R;
      /** All that came of them, a line each as a failed expectation shows it; spaces around a line do not count. */
      toHaveTimeline(timeline: string): R;
    }
  }
}
