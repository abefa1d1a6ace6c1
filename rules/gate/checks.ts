import { effectiveConsent } from '../consent/effective';
import { bucketWords, decideHoldout } from '../experiments/holdout';
import { type Answer, passed, suppressed } from './answer';
import { askCap } from './cap';
import type { GateFacts } from './facts';
import { askLock } from './lock';
import { askPace } from './pace';
import { askQuietHours } from './quiet';

/** One question of the gate. It answers with the values it saw, which are kept for `why`. */
export interface Check {
  readonly name: string;
  readonly ask: (facts: GateFacts) => Answer;
}

/** In the order they are asked. */
export const checks: readonly Check[] = [
  {
    name: 'erased',
    ask: ({ erased }) => (erased ? suppressed('erased', { erased }) : passed({ erased })),
  },
  {
    name: 'consent',
    ask: ({ consent, purpose }) => {
      const answer = effectiveConsent({ purpose, ...consent });
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
      if (during === undefined || during === stage) return passed(saw);
      return {
        result: 'refused',
        saw,
        refusal: { verdict: 'suppressed', reason: 'stage_ended', ends: true },
      };
    },
  },
  { name: 'lock', ask: askLock },
  { name: 'holdout', ask: askHoldout },
  { name: 'cap', ask: askCap },
  { name: 'quiet_hours', ask: askQuietHours },
  { name: 'pace', ask: askPace },
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

function askHoldout({ purpose, customer, journey, holdout }: GateFacts): Answer {
  if (purpose === 'transactional') return passed({ purpose });
  const { heldOut, asked, assigns } = decideHoldout({ customer, journey, ...holdout });
  const saw = {
    heldOut,
    asked: asked.map(({ experiment, arm, bucket, percent }) => ({
      experiment,
      arm,
      bucket: bucketWords(bucket),
      percent,
    })),
  };
  return { arms: asked, assigns, ...(heldOut ? suppressed('holdout', saw) : passed(saw)) };
}
