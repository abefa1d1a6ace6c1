import type { Terminal } from '../client/cli/terminal';
import { anna, type CastMember, elena } from '../sandbox/demo/cast';
import { expectedReactivations } from '../sandbox/demo/cdnow';
import { progressBar, screenOn } from '../sandbox/demo/print';
import { story } from '../sandbox/demo/story';
import { differences } from '../sandbox/demo/verdict';
import type { TimelineItem } from '../sandbox/demo/world';

function terminal(isTTY: boolean, env: NodeJS.ProcessEnv = {}): Terminal & { text: string } {
  const told = {
    text: '',
    env,
    out: { isTTY, write: (text: string) => (told.text += text) },
    err: { write: () => {} },
  };
  return told;
}

/** To the start of the line, and clear it. */
const redraw = '\r\u001B[K';

const plain = (_style: unknown, text: string) => text;

describe('the demo on a terminal', () => {
  it.each<[string, boolean, NodeJS.ProcessEnv, boolean]>([
    ['is colored', true, {}, true],
    ['is plain when NO_COLOR is set', true, { NO_COLOR: '1' }, false],
    ['is plain in a pipe', false, {}, false],
  ])('%s', (_, isTTY, env, colored) => {
    const on = terminal(isTTY, env);
    const screen = screenOn(on);
    screen.say(screen.paint('green', 'text'));
    expect(on.text.includes('\u001B[')).toBe(colored);
  });

  it('shows how far it is, redrawn in place, and leaves nothing of it behind', () => {
    const on = terminal(true);
    const progress = screenOn(on).progress();
    progress.show(1, 4, '2027-05-01');
    progress.end();
    const [before, bar, after] = on.text.split(redraw);
    expect([before, after]).toEqual(['', '']);
    expect(bar).toMatch(/^ {2}█{6}░{18} {2}25 % {2}2027-05-01 /);
  });

  it('does not fill a log with it', () => {
    const on = terminal(false);
    const progress = screenOn(on).progress();
    for (let done = 0; done < 100; done++) progress.show(done, 100, '');
    progress.end();
    expect(on.text).toBe('');
  });

  it('says how long is left', () => {
    expect(progressBar(0, 0, 'day one')).toBe(`  ${'░'.repeat(24)}   0 %  day one  0 s`);
    expect(progressBar(0.09, 10_000, 'too early to tell')).toMatch(/ 9 % {2}too early to tell {2}10 s$/);
    expect(progressBar(0.25, 10_000, 'x')).toContain('25 %  x  10 s, about 30 s left');
    expect(progressBar(1, 40_000, 'x')).toBe(`  ${'█'.repeat(24)} 100 %  x  40 s`);
  });
});

describe('a story', () => {
  const told = (member: CastMember, timeline: TimelineItem[]) => story(member, timeline, plain).slice(1);

  it('is told in the time of the customer, each instant once', () => {
    const at = '2027-01-04T15:00:00.000Z';
    const items = [
      { at, kind: 'event', type: 'track', name: 'Account Registered' },
      { at, kind: 'event', type: 'track', name: 'Lifecycle Stage Changed' },
      { at, kind: 'stage', from: 'registered', to: 'new' },
    ];
    expect(told(anna, items)).toEqual([
      '  2027-01-04 10:00:00  → Account Registered',
      '                       stage new',
    ]);
    expect(told(elena, items)[0]).toBe('  2027-01-04 12:00:00  → Account Registered');
  });

  it('names identifiers that came together in one line', () => {
    const [at, later] = ['2027-01-02T16:00:00.000Z', '2027-01-04T15:00:00.000Z'];
    const attached = { kind: 'identity', change: 'attached' };
    const items = [
      { at, ...attached, type: 'phone' },
      { at, ...attached, type: 'anonymous_id' },
      { at: later, ...attached, type: 'user_id' },
    ];
    expect(told(anna, items)).toEqual([
      '  2027-01-02 11:00:00  known by phone, anonymous_id',
      '  2027-01-04 10:00:00  known by user_id',
    ]);
  });

  it('says why something was not sent', () => {
    const decision = { at: '2027-01-09T13:00:00.000Z', kind: 'decision', message: 'onboarding-3' };
    const items = [
      { ...decision, verdict: 'suppressed', reason: 'consent' },
      { ...decision, verdict: 'send' },
    ];
    expect(told(elena, items)).toEqual(['  2027-01-09 10:00:00  ✗ onboarding-3 suppressed (consent)']);
  });
});

describe('the verdict on a customer', () => {
  const member: CastMember = {
    name: 'Ada',
    userId: 'ada',
    phone: '+12125550100',
    story: '',
    texts: [['flash-reward', '2027-02-02T19:00:00Z']],
    suppressed: [['flash-reward-reminder', '2027-02-02T20:30:00Z']],
    ends: ['flash-reward: completed'],
  };
  const sent: TimelineItem = {
    at: '2027-02-02T19:00:01.000Z',
    kind: 'send',
    sendId: 's1',
    message: 'flash-reward',
    status: 'sent',
  };
  const delivered = { ...sent, status: 'delivered' };
  const refused: TimelineItem = {
    at: '2027-02-02T20:30:00.000Z',
    kind: 'decision',
    message: 'flash-reward-reminder',
    verdict: 'suppressed',
    reason: 'consent',
  };
  const ended: TimelineItem = {
    at: refused.at,
    kind: 'enrollment',
    journey: 'flash-reward',
    status: 'completed',
  };

  it('is clean when everything happened as expected', () => {
    expect(differences(member, [sent, delivered, refused, ended])).toEqual([]);
  });

  it.each<[string, TimelineItem[], RegExp]>([
    ['a text that is missing', [refused, ended], /got flash-reward at .*: it was nothing/],
    [
      'a text too many',
      [sent, delivered, { ...sent, message: 'onboarding-1' }, refused, ended],
      /nothing more: it was onboarding-1/,
    ],
    [
      'a text that is late',
      [{ ...sent, at: '2027-02-02T19:00:06.000Z' }, delivered, refused, ended],
      /it was flash-reward at 2027-02-02T19:00:06/,
    ],
    ['a text that was not delivered', [sent, refused, ended], /flash-reward delivered: it was not/],
    [
      'another text',
      [{ ...sent, message: 'onboarding-1' }, delivered, refused, ended],
      /it was onboarding-1/,
    ],
    ['a refusal that is missing', [sent, delivered, ended], /spared flash-reward-reminder .*nothing/],
    ['a refusal told twice', [sent, delivered, refused, refused, ended], /spared nothing more/],
    [
      'another end',
      [sent, delivered, refused, { ...ended, status: 'converted' }],
      /ended flash-reward: completed: they ended flash-reward: converted/,
    ],
    ['no end', [sent, delivered, refused], /they ended not at all/],
  ])('names %s', (_, timeline, message) => {
    expect(differences(member, timeline)).toEqual(expect.arrayContaining([expect.stringMatching(message)]));
  });
});

describe('what reactivation should come to for a shopper', () => {
  const start = Date.parse('2027-05-01T16:00:00Z');
  const day = 86_400_000;
  const end = new Date(start + 700 * day);
  const buying = (...days: number[]) => ({
    userId: 'cdnow-1',
    phone: '+16465560001',
    orders: days.map((n) => ({ at: new Date(start + n * day), units: 1, dollars: 10 })),
  });

  it.each<[string, number[], ReturnType<typeof expectedReactivations>]>([
    ['who buys once: three texts', [0], { entered: 1, refused: 0, wonBack: 0, texts: 3 }],
    [
      'who is back after the first text, and quiet again within ninety days: one text',
      [0, 95],
      { entered: 1, refused: 1, wonBack: 1, texts: 1 },
    ],
    [
      'who is back, and quiet again after more than that: once more three',
      [0, 95, 130],
      { entered: 2, refused: 0, wonBack: 1, texts: 4 },
    ],
    [
      'who is quiet only at the end: three texts',
      [0, 50, 100, 150],
      { entered: 1, refused: 0, wonBack: 0, texts: 3 },
    ],
  ])('%s', (_, days, expected) => expect(expectedReactivations(buying(...days), end)).toEqual(expected));
});
