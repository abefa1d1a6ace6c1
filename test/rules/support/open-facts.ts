import type { GateFacts } from '../../../rules/gate/facts';

/** Noon in New York. */
export const noon = new Date('2027-02-02T17:00:00Z');
export const phone = '+12125550142';

/** Facts with which every check passes, but for what is said otherwise. */
export const openFacts = (changes: Partial<GateFacts> = {}): GateFacts => ({
  now: noon,
  customer: '0197f6a0-0000-7000-8000-000000000001',
  journey: 'asks',
  purpose: 'marketing',
  erased: false,
  consent: {
    channel: 'sms',
    address: phone,
    subscriptions: [
      { channel: 'sms', key: phone, topic: '', status: 'subscribed', source: 'form', at: noon },
    ],
    suppressions: [],
  },
  enrollment: { status: 'open' },
  lifecycle: {},
  lock: { rivals: [] },
  holdout: { global: { percent: 0 }, assigned: [] },
  cap: { caps: [], whenFull: 'skip', recent: [], zone: 'America/New_York' },
  quietHours: {
    zones: ['America/New_York'],
    quiet: { from: '21:00', to: '08:00' },
    inQuietHours: 'defer',
  },
  content: () => ({ ok: true, locale: 'en', text: 'Hello', encoding: 'GSM-7', segments: 1, nonGsm: [] }),
  ...changes,
});
