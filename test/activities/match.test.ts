import { findMatch } from '../../activities/settle/match';

const submittedWall = new Date('2026-03-01T12:00:30.250Z');
const wanted = { address: '+12125550142', body: "It's today – come in…", submittedWall };
const listed = (changes: object = {}) => ({
  providerSid: 'SM1',
  to: wanted.address,
  body: wanted.body,
  status: 'queued',
  errorCode: null,
  createdAt: new Date('2026-03-01T12:00:30Z'),
  ...changes,
});
const none = new Set<string>();

describe('a message in the list is the one whose answer was lost', () => {
  it.each([
    ['created in the same second, which the list has without its fraction', {}],
    ['listed as smart encoding has made it', { body: "It's today - come in..." }],
    [
      'with the words a trial account puts before it',
      { body: `Sent from your Twilio trial account - ${wanted.body}` },
    ],
    ['by a clock some seconds behind ours', { createdAt: new Date('2026-03-01T12:00:20Z') }],
  ])('%s', (_, changes) => {
    expect(findMatch([listed(changes)], wanted, none)?.providerSid).toBe('SM1');
  });

  it('the oldest of several', () => {
    const newer = listed({ providerSid: 'SM2', createdAt: new Date('2026-03-01T12:03:00Z') });
    expect(findMatch([newer, listed()], wanted, none)?.providerSid).toBe('SM1');
  });
});

describe('it is not', () => {
  it.each([
    ['another text', { body: 'Another' }],
    ['to another number', { to: '+12125550143' }],
    ['from long before', { createdAt: new Date('2026-03-01T11:58:00Z') }],
    ['of no known time', { createdAt: null }],
  ])('%s', (_, changes) => {
    expect(findMatch([listed(changes)], wanted, none)).toBeUndefined();
  });

  it('one that another row owns', () => {
    expect(findMatch([listed()], wanted, new Set(['SM1']))).toBeUndefined();
  });
});
