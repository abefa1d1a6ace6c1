import { feedLine } from '../../sandbox/stack/watch';
import type { FeedItem } from '../../store/feed';

const plain = (_style: unknown, text: string) => text;
const told = (kind: FeedItem['kind'], ...words: string[]) =>
  feedLine(
    {
      seq: 1,
      at: new Date('2027-02-02T15:00:00Z'),
      kind,
      profileId: '01a2047f-b23c-7433-a165-18026e00e0b0',
      words,
    },
    plain,
  );
const said = (text: string) => `2027-02-02T15:00:00.000Z 6e00e0b0 ${text}`;

describe('what happens on a running stack is said', () => {
  it.each<[FeedItem['kind'], string[], string]>([
    ['event', ['track', 'Visit Checked In'], 'event      Visit Checked In'],
    ['event', ['identify'], 'event      identify'],
    ['event', ['page', 'Home'], 'event      page Home'],
    ['event', ['track', 'Called +1 212 555 0142'], 'event      Called [phone]'],
    ['stage', ['registered', 'new'], 'stage      registered → new'],
    ['enrollment', ['flash-reward', 'entered'], 'enrollment flash-reward entered'],
    ['enrollment', ['flash-reward', 'refused', 'too_soon'], 'enrollment flash-reward refused (too_soon)'],
    [
      'decision',
      ['reactivation-1', 'deferred', 'quiet_hours'],
      'decision   reactivation-1 deferred (quiet_hours)',
    ],
    ['send', ['flash-reward', 'sent'], 'send       flash-reward sent'],
    ['send', ['flash-reward', 'failed', '30003'], 'send       flash-reward failed (30003)'],
    ['send', ['flash-reward', 'reserved', '429'], 'send       flash-reward reserved (429)'],
    ['outcome', ['flash-reward', 'goal'], 'outcome    flash-reward goal'],
    ['consent', ['sms', 'none', 'subscribed', 'default'], 'consent    sms none → subscribed (default)'],
    [
      'consent',
      ['sms', 'unsubscribed', 'unsubscribed', 'default', 'stopped'],
      'consent    sms unsubscribed → unsubscribed (default, stopped)',
    ],
  ])('%s %j', (kind, words, line) => expect(told(kind, ...words)).toBe(said(line)));

  it('with the time until which a message is held back', () => {
    const held = {
      seq: 1,
      at: new Date('2027-02-03T02:37:00Z'),
      kind: 'decision',
      profileId: '01a2047f-b23c-7433-a165-18026e00e0b0',
      words: ['welcome', 'deferred', 'quiet_hours'],
      until: new Date('2027-02-03T13:00:00Z'),
    } as const;
    expect(feedLine(held, plain)).toBe(
      '2027-02-03T02:37:00.000Z 6e00e0b0 decision   welcome deferred (quiet_hours) until 2027-02-03T13:00:00.000Z',
    );
  });

  it('once: what is on the way to a send, and the event of a change of stage, are left out', () => {
    expect(told('send', 'flash-reward', 'reserved')).toBeUndefined();
    expect(told('send', 'flash-reward', 'submitting')).toBeUndefined();
    expect(told('event', 'track', 'Lifecycle Stage Changed')).toBeUndefined();
  });
});
