import fc from 'fast-check';
import { type Message, ordinaryPlan, personOf } from '../../sandbox/twilio/messages/message';
import { MessageStore } from '../../sandbox/twilio/messages/message-store';
import { anna, bob, ourNumber } from './twilio-support';

describe('the message store', () => {
  it('answers like a plain list, whatever is added and deleted', () => {
    const people = [anna, bob, '+14155550111'];
    const step = fc.oneof(
      fc.record({ add: fc.constantFrom(...people) }),
      fc.record({ delete: fc.nat({ max: 60 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat({ max: 60 }), (steps, cursor) => {
        const store = new MessageStore({ keep: 1_000 });
        let model: Message[] = [];
        for (const step of steps) {
          if ('add' in step) {
            const message = messageTo(step.add, store.takeSeq());
            store.add(message);
            model.push(message);
          } else {
            const sid = sidOf(step.delete);
            store.delete(sid);
            model = model.filter((message) => message.sid !== sid);
          }
        }
        expect(store.size).toBe(model.length);
        expect([...store.after(cursor)]).toEqual(model.filter(({ seq }) => seq > cursor));
        expect([...store.before(cursor)]).toEqual(model.filter(({ seq }) => seq < cursor).reverse());
        for (const person of people) {
          expect(store.conversation(person)).toEqual(model.filter((message) => personOf(message) === person));
        }
        expect(
          store
            .conversations()
            .map(({ person }) => person)
            .toSorted(),
        ).toEqual([...new Set(model.map(personOf))].toSorted());
      }),
    );
  });

  it('keeps the newest only, and forgets the phones whose messages are gone', () => {
    const store = new MessageStore({ keep: 10 });
    for (let n = 0; n < 5; n++) store.add(messageTo(bob, store.takeSeq()));
    for (let n = 0; n < 5_000; n++) store.add(messageTo(anna, store.takeSeq()));
    expect(store.size).toBeGreaterThanOrEqual(10);
    expect(store.size).toBeLessThanOrEqual(1_010);
    expect([...store.after(0)].map(({ seq }) => seq).at(-1)).toBe(5_005);
    expect(store.get(sidOf(1))).toBeUndefined();
    expect(store.conversation(anna)).toHaveLength(store.size);
    expect(store.conversations().map(({ person }) => person)).toEqual([anna]);
  });

  it('lists the phones by their last activity', () => {
    const store = new MessageStore({ keep: 1_000 });
    for (const person of [anna, bob, anna]) store.add(messageTo(person, store.takeSeq()));
    expect(store.conversations().map(({ person }) => person)).toEqual([anna, bob]);
  });
});

function sidOf(seq: number): string {
  return `SM${seq}`;
}

function messageTo(to: string, seq: number): Message {
  return {
    seq,
    sid: sidOf(seq),
    direction: 'outbound-api',
    to,
    from: ourNumber,
    serviceSid: null,
    body: 'Hello',
    numMedia: 0,
    segments: 1,
    status: 'queued',
    errorCode: null,
    createdAt: 0,
    updatedAt: 0,
    sentAt: null,
    at: '2027-01-01T00:00:00.000Z',
    sendAt: null,
    validitySeconds: 36_000,
    statusCallback: null,
    plan: ordinaryPlan,
    owed: [],
    feedback: null,
  };
}
