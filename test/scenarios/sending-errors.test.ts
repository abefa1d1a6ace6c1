import { createLogger } from '../../config/logger';
import { type SendingWorld, sendingWorld } from './support/sending';

/** What an error comes to, for a campaign that sends today and tomorrow. */
type Consequence =
  /** The number is closed: nothing is sent there tomorrow. */
  | 'unreachable'
  | 'stopped'
  /** Today's is lost, tomorrow's is sent. `ours`: somebody on our side is told to look. */
  | 'lost'
  | 'ours'
  /** Not processed: sent all the same, today; `later` not within the next minute. */
  | 'again'
  | 'again later'
  /** Nobody knows: sent where it was accepted, else given up. */
  | 'found'
  | 'given up';

const creates: readonly (readonly [signal: string, consequence: Consequence, fault: object])[] = [
  ['429', 'again', { fault: 'rate_limited', retryAfter: 3 }],
  ...codes('again', 63017),
  ...codes('again later', 21611),
  ...codes('unreachable', 21211, 21614, 21635),
  ...codes('stopped', 21610),
  ...codes('lost', 21612),
  ...codes('ours', 21408, 21602, 21617, 21620, 21654, 21656),
  ...codes('ours', 21212, 21603, 21606, 21608, 21703, 21704, 21705),
  ...codes('ours', 20003, 20404, 35111, 35114, 35115, 35117, 35118, 35125, 35126),
  ['a code nobody has heard of', 'ours', { fault: 'refuse', code: 29_999 }],
  ...codes('given up', 20500, 20503),
  ['500, and accepted', 'found', { fault: 'error_500', accepted: true }],
  ['500', 'given up', { fault: 'error_500' }],
  ['503 in HTML, and accepted', 'found', { fault: 'error_503_html', accepted: true }],
  ['503 in HTML', 'given up', { fault: 'error_503_html' }],
  ['a reset', 'given up', { fault: 'reset_before_accept' }],
  ['a reset once it was accepted', 'found', { fault: 'accept_then_reset' }],
  ['201 that cannot be read', 'found', { fault: 'accept_then_garbage' }],
];

const callbacks: readonly (readonly [signal: string, consequence: Consequence, fault: object])[] = [
  ...reports('unreachable', 30005, 30006),
  ...reports('stopped', 30004, 21610),
  ...reports('lost', 30001, 30003, 30008, 30017, 30022, 30023, 30036, 30047, 30410, 30610),
  ...reports('ours', 30002, 30007, 30018, 30024, 30032, 30034, 30035, 30450, 39_999),
];

let world: SendingWorld;
/** Codes that were logged as ours to mend. */
const alerts = new Set<string>();

beforeAll(async () => {
  const write = (line: string) => {
    const { level, code } = JSON.parse(line) as { level: string; code?: string };
    if (level === 'error' && code !== undefined) alerts.add(code);
  };
  world = await sendingWorld({
    clock: '2027-02-02T14:50:00Z',
    log: createLogger({ level: 'error', destination: { write } }),
  });
  for (const [signal, , fault] of [...creates, ...callbacks]) {
    const to = await world.subscriber(nameOf(signal));
    await world.twilio.fault({ ...(fault as { fault: string }), to });
  }
  await world.exactly('2027-02-02T15:00:00Z', async () => {
    for (const [signal] of [...creates, ...callbacks]) {
      const properties = { feature: 'rewards' };
      world.segment.track({ userId: nameOf(signal), event: 'Feature Viewed', properties });
    }
    await world.flush();
  });
  await world.moveTo('2027-02-03T16:00:00Z');
}, 120_000);
afterAll(() => world.end());

describe('what Twilio answers to a create', () => {
  it.each(creates)('%s: %s', async (signal, consequence, fault) => {
    const code = 'code' in fault ? String(fault.code) : undefined;
    const [first = '', second = ''] = await world.answers(nameOf(signal));
    const [life = ''] = await world.lives(nameOf(signal));
    expect({ first, second, alert: code !== undefined && alerts.has(code) }).toEqual({
      first: `first ${retried[consequence] ?? `failed(${code})`}`,
      second: `second ${tomorrow[consequence]}`,
      alert: consequence === 'ours',
    });
    switch (consequence) {
      case 'again':
        expect(life).toMatch(
          /^reserved 15:00:00 submitting 15:00:00 reserved 15:00:00 submitting 15:00:(?!00)\d\d sent/,
        );
        break;
      case 'again later':
        expect(life).toMatch(
          /^reserved 15:00:00 submitting 15:00:00 reserved 15:00:00 submitting 15:01:00 sent/,
        );
        break;
      case 'found':
        expect(life).toMatch(/^reserved 15:00:00 submitting 15:00:00 unknown 15:00:00 sent 15:0[01]:\d\d/);
        break;
      case 'given up':
        expect(life).toBe('reserved 15:00:00 submitting 15:00:00 unknown 15:00:00 failed 15:05:00');
        break;
      default:
        expect(life).toBe('reserved 15:00:00 submitting 15:00:00 failed 15:00:00');
    }
  });
});

describe('what a status callback says later', () => {
  it.each(callbacks)('%s: %s', async (signal, consequence, fault) => {
    const code = 'errorCode' in fault ? String(fault.errorCode) : '';
    const [first, second = ''] = await world.answers(nameOf(signal));
    const sends = await world.history(`user_id:${nameOf(signal)}`, 'send');
    expect({ first, second, alert: alerts.has(code) }).toEqual({
      first: 'first sent',
      second: `second ${tomorrow[consequence]}`,
      alert: consequence === 'ours',
    });
    const [undelivered] = sends.filter(({ errorCode }) => errorCode === code);
    expect(undelivered).toMatchObject({ status: 'undelivered', at: expect.stringMatching(/T15:00:00/) });
  });
});

const retried: { readonly [C in Consequence]?: string } = {
  again: 'sent',
  'again later': 'sent',
  found: 'sent',
  'given up': 'failed(unresolved)',
};

const tomorrow: { readonly [C in Consequence]: string } = {
  unreachable: 'suppressed(unreachable)',
  stopped: 'suppressed(consent)',
  lost: 'sent',
  ours: 'sent',
  again: 'sent',
  'again later': 'sent',
  found: 'sent',
  'given up': 'sent',
};

const nameOf = (signal: string) => `hears ${signal}`;

function codes(consequence: Consequence, ...refused: number[]) {
  return refused.map((code) => [`${code}`, consequence, { fault: 'refuse', code }] as const);
}

function reports(consequence: Consequence, ...told: number[]) {
  return told.map(
    (errorCode) =>
      [
        `a callback with ${errorCode}`,
        consequence,
        { fault: 'deliver_as', status: 'undelivered', errorCode },
      ] as const,
  );
}
