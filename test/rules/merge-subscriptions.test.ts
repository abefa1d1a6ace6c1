import fc from 'fast-check';
import { mergeSubscriptions, type Subscription } from '../../rules/consent/merge-subscriptions';

const record = (status: Subscription['status'], changed: Partial<Subscription> = {}): Subscription => ({
  channel: 'sms',
  key: '+12125550142',
  topic: '',
  status,
  source: 'app',
  at: new Date('2027-02-01T15:00:00Z'),
  ...changed,
});

const statuses = (merged: readonly Subscription[]) => merged.map(({ key, status }) => `${key} ${status}`);

test.each<[Subscription['status'], Subscription['status'], Subscription['status']]>([
  ['subscribed', 'unsubscribed', 'unsubscribed'],
  ['unsubscribed', 'subscribed', 'unsubscribed'],
  ['subscribed', 'none', 'none'],
  ['subscribed', 'subscribed', 'subscribed'],
])('%s and %s are %s', (one, other, merged) => {
  expect(statuses(mergeSubscriptions([record(one)], [record(other)]))).toEqual([`+12125550142 ${merged}`]);
});

test('a side with no record has no say', () => {
  expect(mergeSubscriptions([record('subscribed')], [])).toEqual([{ ...record('subscribed'), was: null }]);
  expect(mergeSubscriptions([], [record('subscribed')])).toEqual([{ ...record('subscribed'), was: null }]);
});

test('the stricter stands per channel and topic, whatever the address', () => {
  const merged = mergeSubscriptions(
    [record('subscribed')],
    [record('unsubscribed', { key: '+12125550199' })],
  );
  expect(statuses(merged)).toEqual(['+12125550142 unsubscribed', '+12125550199 unsubscribed']);
});

test('other channels and topics are untouched', () => {
  const merged = mergeSubscriptions(
    [record('subscribed')],
    [
      record('unsubscribed', { topic: 'offers' }),
      record('unsubscribed', { channel: 'email', key: 'x@x.org' }),
    ],
  );
  expect(merged.map(({ status }) => status)).toEqual(['subscribed', 'unsubscribed', 'unsubscribed']);
});

test('what was overruled says so, with the source and time of what stands', () => {
  const strict = record('unsubscribed', { source: 'desk', at: new Date('2027-01-01T00:00:00Z') });
  expect(mergeSubscriptions([record('subscribed')], [strict])).toEqual([{ ...strict, was: 'subscribed' }]);
});

test('nobody is subscribed to what either side said no to, in either order', () => {
  const some = fc.array(
    fc
      .record({
        status: fc.constantFrom('subscribed', 'unsubscribed', 'none'),
        channel: fc.constantFrom('sms', 'email'),
        key: fc.constantFrom('k1', 'k2'),
        topic: fc.constantFrom('', 'offers'),
      })
      .map(({ status, ...rest }) => record(status, rest)),
    { maxLength: 6 },
  );
  const once = (list: Subscription[]) => [
    ...new Map(list.map((one) => [`${one.channel} ${one.key} ${one.topic}`, one])).values(),
  ];
  fc.assert(
    fc.property(some.map(once), some.map(once), (a, b) => {
      const merged = mergeSubscriptions(a, b);
      for (const { channel, topic, status, key } of merged) {
        const opposite = [a, b].filter(
          (side) => !side.some((one) => one.channel === channel && one.topic === topic && one.key === key),
        );
        const refused = opposite
          .flat()
          .some((one) => one.channel === channel && one.topic === topic && one.status !== 'subscribed');
        if (status === 'subscribed') expect(refused).toBe(false);
      }
      const plain = (list: readonly Subscription[]) =>
        list.map(({ channel, key, topic, status }) => `${channel} ${key} ${topic} ${status}`).sort();
      expect(plain(mergeSubscriptions(b, a))).toEqual(plain(merged));
    }),
  );
});
