import fc from 'fast-check';
import type { RunEvent } from '../../workflows/runtime/contract';
import { asText, Inbox, type Wanted } from '../../workflows/runtime/inbox';

const event = (seq: number, name = 'A', properties: RunEvent['properties'] = {}): RunEvent => ({
  seq,
  messageId: `m${seq}`,
  name,
  receivedAt: seq * 1_000,
  timestamp: seq * 1_000,
  properties,
});
const trigger = event(1);
const any = (name: string): Wanted => ({ event: name, where: {} });

/** Takes one after the other until nothing is left. */
function drain(inbox: Inbox): number[] {
  const seqs: number[] = [];
  for (let taken = inbox.take([any('A'), any('B')], Infinity); taken; ) {
    seqs.push(taken.event.seq);
    taken = inbox.take([any('A'), any('B')], Infinity);
  }
  return seqs;
}

describe('the inbox of a run', () => {
  const arrivals = fc
    .uniqueArray(fc.integer({ min: 2, max: 90 }), { maxLength: 60 })
    .map((seqs) => seqs.map((seq) => event(seq, seq % 2 ? 'A' : 'B')));

  it('gives every event once and in order of arrival, however often and in whatever order it is delivered', () => {
    fc.assert(
      fc.property(
        arrivals.chain((events) =>
          fc.tuple(
            fc.constant(events),
            fc.array(fc.constantFrom(...(events.length ? events : [trigger])), { maxLength: 80 }),
          ),
        ),
        ([events, again]) => {
          const inbox = new Inbox(trigger);
          for (const one of [...again, ...events, ...again]) inbox.receive(one);
          const expected = events.map(({ seq }) => seq).sort((a, b) => a - b);
          expect(drain(inbox)).toEqual(expected);
          for (const one of [...events, ...again]) inbox.receive(one);
          expect(drain(inbox)).toEqual([]);
        },
      ),
    );
  });

  it('does not give the trigger', () => {
    const inbox = new Inbox(trigger);
    inbox.receive(trigger);
    expect(inbox.takeFrom([trigger], [any('A')], Infinity)).toBeUndefined();
    expect(drain(inbox)).toEqual([]);
  });

  it('leaves alone what arrived after the wait was due', () => {
    const inbox = new Inbox(trigger);
    inbox.receive(event(3));
    expect(inbox.take([any('A')], 2_999)).toBeUndefined();
    expect(inbox.take([any('A')], 3_000)?.event.seq).toBe(3);
  });

  it('names which of the wanted it is', () => {
    const inbox = new Inbox(trigger);
    inbox.receive(event(2, 'B', { offerId: 7 }));
    const wanted = [
      any('A'),
      { event: 'B', where: { offerId: '8' } },
      { event: 'B', where: { offerId: '7' } },
    ];
    expect(inbox.take(wanted, Infinity)?.index).toBe(2);
  });

  it('forgets the oldest beyond its room, and says from where on the record must be asked', () => {
    const inbox = new Inbox(trigger);
    for (let seq = 2; seq <= 110; seq++) inbox.receive(event(seq));
    expect(inbox.events).toHaveLength(100);
    expect(inbox.forgottenSeq).toBe(10);
    inbox.receive(event(5));
    expect(inbox.events).toHaveLength(100);
    expect(inbox.takeFrom([event(5)], [any('A')], Infinity)?.event.seq).toBe(5);
    expect(inbox.takeFrom([event(5)], [any('A')], Infinity)).toBeUndefined();
  });

  it.each([
    [123, '123', true],
    ['123', '123', true],
    ['0123', '123', false],
    [true, 'true', true],
    [undefined, 'undefined', false],
    [null, 'null', false],
    [{}, '[object Object]', false],
  ])('compares %p with the text %p: %p', (value, text, equal) => {
    expect(asText(value) === text).toBe(equal);
  });

  it('matches nothing by a value that the journey itself does not know', () => {
    const inbox = new Inbox(trigger);
    inbox.receive(event(2));
    expect(inbox.take([{ event: 'A', where: { offerId: undefined } }], Infinity)).toBeUndefined();
  });
});
