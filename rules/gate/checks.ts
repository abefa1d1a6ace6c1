import type { Purpose } from '../../catalog/policy';
import { effectiveConsent } from '../consent/effective';
import { openness, openWindows } from '../quiet-hours';
import { toLocal } from '../time/local-time';
import type { GateFacts } from './facts';

/** One question of the gate. It answers with the values it saw, which are kept for `why`. */
export interface Check {
  readonly name: string;
  readonly ask: (facts: GateFacts) => Answer;
}

export type Answer = { readonly saw: Seen } & (
  | { readonly result: 'passed' }
  | { readonly result: 'refused'; readonly refusal: Refusal }
);

/** Plain JSON, without personal data. */
export type Seen = { readonly [value: string]: unknown };

export type Refusal =
  | { readonly verdict: 'suppressed'; readonly reason: SuppressedReason }
  | { readonly verdict: 'deferred'; readonly reason: 'quiet_hours'; readonly until: Date };

export type SuppressedReason = 'erased' | 'consent' | 'unreachable' | 'ended' | 'stage_ended' | 'content';

/** In the order they are asked. */
export const checks: readonly Check[] = [
  {
    name: 'erased',
    ask: ({ erased }) => (erased ? suppressed('erased', { erased }) : passed({ erased })),
  },
  {
    name: 'consent',
    ask: ({ consent, purpose }) => {
      const answer = effectiveConsent({ ...consent, purpose });
      const saw = { purpose, ...answer.saw };
      return answer.allowed ? passed(saw) : suppressed(answer.reason, saw);
    },
  },
  {
    name: 'ended',
    ask: ({ enrollment: { status, reason } }) => {
      const saw = { status, ...(reason && { reason }) };
      return status === 'open' ? passed(saw) : suppressed('ended', saw);
    },
  },
  {
    name: 'lifecycle',
    ask: ({ lifecycle: { during, stage } }) => {
      const saw = { during: during ?? null, stage: stage ?? null };
      return during === undefined || during === stage ? passed(saw) : suppressed('stage_ended', saw);
    },
  },
  {
    name: 'quiet_hours',
    ask: ({ now, purpose, quietHours }) => {
      if (passesQuietHours[purpose]) return passed({ purpose });
      const saw = {
        local: quietHours.zones.map((zone) => {
          const { date, time } = toLocal(now, zone);
          return { zone, date, time, open: openWindows(date, quietHours) };
        }),
        ...(typeof quietHours.region === 'string' && { region: quietHours.region }),
      };
      const answer = openness(now, quietHours);
      if (answer.open) return passed(saw);
      const { until } = answer;
      return { result: 'refused', saw, refusal: { verdict: 'deferred', reason: 'quiet_hours', until } };
    },
  },
  {
    name: 'content',
    ask: ({ content }) => {
      const rendered = content();
      if (!rendered.ok) {
        const { ok: _, ...saw } = rendered;
        return suppressed('content', saw);
      }
      const { locale, encoding, segments } = rendered;
      return passed({ locale, encoding, segments });
    },
  },
];

const passesQuietHours: { readonly [P in Purpose]: boolean } = {
  transactional: true,
  moment: false,
  marketing: false,
};

function passed(saw: Seen): Answer {
  return { result: 'passed', saw };
}

function suppressed(reason: SuppressedReason, saw: Seen): Answer {
  return { result: 'refused', saw, refusal: { verdict: 'suppressed', reason } };
}
