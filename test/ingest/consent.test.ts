import type { JsonObject } from '../../ingest';
import { consents, fresh, freshPhone, identify } from './drafts';
import { World } from './world';

let world: World;
beforeAll(async () => {
  world = await World.create();
});
beforeEach(() => world.at('2027-02-02T15:00:00Z'));
afterAll(() => world.end());

const say = (user: string, context: JsonObject, rest = {}) =>
  world.send(identify(user, {}, { context, ...rest }));

describe('what an identify says of messages', () => {
  test('is kept per channel, address and topic, whatever the case', async () => {
    const [user, phone] = [fresh('u'), freshPhone()];
    await say(user, {
      messagingSubscriptions: [
        {
          key: phone.replace('+1', ''),
          type: 'sms',
          status: 'subscribed',
          groups: [{ name: 'offers', status: 'UNSUBSCRIBED' }],
        },
        { key: `whatsapp:${phone}`, type: 'WhatsApp', status: 'DID_NOT_SUBSCRIBE' },
        { key: ' Jane@Example.com', type: 'EMAIL', status: 'UNSUBSCRIBED' },
      ],
    });
    expect(await world.subscriptions(`user_id:${user}`)).toEqual([
      'email jane@example.com unsubscribed',
      `sms ${phone} subscribed`,
      `sms ${phone} offers unsubscribed`,
      `whatsapp ${phone} none`,
    ]);
    expect(await world.consentChanges(`user_id:${user}`)).toEqual([
      'none > subscribed',
      'none > unsubscribed',
      'none > unsubscribed',
    ]);
  });

  test('is kept with its source, wording and time; the same again changes nothing', async () => {
    const [user, phone] = [fresh('u'), freshPhone()];
    const wording = 'Yes, text me about my visits';
    await say(user, consents(phone, 'SUBSCRIBED', { wording }), { source: 'clinic' });
    await world.at('2027-02-03T15:00:00Z');
    await say(user, consents(phone, 'SUBSCRIBED'), { source: 'app' });
    const kept = await world.rows('select source, wording, at from subscriptions where key = $1', [phone]);
    expect(kept).toEqual([{ source: 'clinic', wording, at: new Date('2027-02-02T15:00:00Z') }]);
    expect(await world.consentChanges(`user_id:${user}`)).toEqual(['none > subscribed']);
  });

  test('identifies nobody: the address need not be theirs', async () => {
    const [user, phone] = [fresh('u'), freshPhone()];
    await say(user, consents(phone, 'SUBSCRIBED'));
    expect(await world.profileId(`phone:${phone}`)).toBeUndefined();
  });

  test('counts for that customer alone', async () => {
    const [one, other, phone] = [fresh('u'), fresh('u'), freshPhone()];
    await say(one, consents(phone, 'SUBSCRIBED'));
    await say(other, consents(phone, 'UNSUBSCRIBED'));
    expect(await world.subscriptions(`user_id:${one}`)).toEqual([`sms ${phone} subscribed`]);
  });

  test('does not overrule what was said after it, however late it arrives', async () => {
    const [user, phone] = [fresh('u'), freshPhone()];
    await say(user, consents(phone, 'UNSUBSCRIBED'));
    await say(user, consents(phone, 'SUBSCRIBED'), { originalTimestamp: new Date('2027-02-02T14:00:00Z') });
    expect(await world.subscriptions(`user_id:${user}`)).toEqual([`sms ${phone} unsubscribed`]);
    expect(await world.consentChanges(`user_id:${user}`)).toEqual([
      'none > unsubscribed',
      'unsubscribed > unsubscribed (older)',
    ]);
  });

  test.each([
    ['no list', { messaging_subscriptions: 'SMS' }],
    ['no phone', consents('unknown', 'SUBSCRIBED')],
    [
      'an unknown channel',
      { messaging_subscriptions: [{ key: '+12125550142', type: 'fax', status: 'SUBSCRIBED' }] },
    ],
    ['an unknown status', consents('+12125550142', 'MAYBE')],
    ['rubbish in the list', { messaging_subscriptions: [null, 7, [], { groups: [null] }] }],
  ])('is passed over: %s', async (_, context) => {
    const user = fresh('u');
    await say(user, context);
    expect(await world.subscriptions(`user_id:${user}`)).toEqual([]);
  });

  test('to an address that is none is told as dropped, as it was written', async () => {
    const user = fresh('u');
    const messaging_subscriptions = [
      { key: 'ask at the desk', type: 'SMS', status: 'SUBSCRIBED' },
      { key: 'ask at the desk', type: 'WhatsApp', status: 'SUBSCRIBED' },
      { key: 'jane at home', type: 'EMAIL', status: 'SUBSCRIBED' },
    ];
    await world.send(identify(user, { phone: 'ask at the desk' }, { context: { messaging_subscriptions } }));
    expect(await world.identityChanges(`user_id:${user}`)).toEqual([
      `attached user_id:${user}`,
      'dropped phone:ask at the desk (not a phone number of one person)',
      'dropped email:jane at home (not an e-mail address)',
    ]);
  });

  test('is not heard from other calls', async () => {
    const [user, phone] = [fresh('u'), freshPhone()];
    await world.send({
      type: 'track',
      name: 'App Opened',
      userId: user,
      context: consents(phone, 'SUBSCRIBED'),
    });
    expect(await world.subscriptions(`user_id:${user}`)).toEqual([]);
  });
});

describe('after STOP', () => {
  const stopped = async () => {
    const [user, phone] = [fresh('u'), freshPhone()];
    await world.send(identify(user, { phone }, { context: consents(phone, 'SUBSCRIBED') }));
    await world.rows(`insert into suppressions values ('sms', $1, 'stop', 'inbound', 'STOP', $2)`, [
      phone,
      '2027-02-02T15:00:00Z',
    ]);
    await world.at('2027-02-07T15:00:00Z');
    return { user, phone };
  };

  test.each(['SUBSCRIBED', 'DID_NOT_SUBSCRIBE'])('%s is refused, and recorded', async (status) => {
    const { user, phone } = await stopped();
    await say(user, consents(phone, status), { source: 'staff' });
    expect(await world.consentChanges(`user_id:${user}`)).toEqual([
      'none > subscribed',
      'unsubscribed > unsubscribed (stopped)',
    ]);
    // What START opens again is what was before the STOP.
    expect(await world.subscriptions(`user_id:${user}`)).toEqual([`sms ${phone} subscribed`]);
  });

  test('topics of the number are refused too', async () => {
    const { user, phone } = await stopped();
    await say(user, consents(phone, 'UNSUBSCRIBED', { groups: [{ name: 'offers', status: 'SUBSCRIBED' }] }));
    expect(await world.subscriptions(`user_id:${user}`)).toEqual([`sms ${phone} unsubscribed`]);
  });

  test('another number of theirs can be subscribed', async () => {
    const { user } = await stopped();
    const other = freshPhone();
    await say(user, consents(other, 'SUBSCRIBED'));
    expect(await world.subscriptions(`user_id:${user}`)).toContain(`sms ${other} subscribed`);
  });
});
