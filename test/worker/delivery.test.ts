import { newId } from '../../store/ids';
import type { Database } from '../../store/database';
import type { OutboxRow } from '../../store/outbox-delivery';
import { CustomerDelivery, type DeliveryDeps } from '../../worker/dispatcher/delivery';

const event: OutboxRow = {
  outboxId: 1,
  lane: 1,
  profileId: newId(),
  enrollmentId: newId(),
  journey: 'any',
  kind: 'event',
  payload: '{"kind":"zone","zone":"UTC"}',
  attempts: 0,
  createdAt: new Date(),
  clockOffsetMs: 0,
};

/** Delivers the event to a run that answers so, one after the other; says what was asked of the record. */
async function told(answers: readonly ('delivered' | 'gone')[]) {
  const asked: string[] = [];
  const left = [...answers];
  const counter = { inc: () => {}, observe: () => {} };
  const deps = {
    db: {
      query: async (query: string | { text: string }) => {
        asked.push(typeof query === 'string' ? query : query.text);
        return { rows: [{ pending: false }], rowCount: 0 };
      },
    } as unknown as Database,
    runs: { signal: async () => left.shift() },
    metrics: { gone: counter, delivered: counter, latency: counter, starts: counter, failures: counter },
    holds: () => true,
    onDelivered: () => {},
  } as unknown as DeliveryDeps;
  expect(await new CustomerDelivery(deps).deliver([event])).toEqual([1]);
  expect(left).toEqual([]);
  return asked.filter((text) => text.includes('update enrollments'));
}

describe('a run that is not there', () => {
  it('is not gone when its start was delivered while the record was asked', async () => {
    expect(await told(['gone', 'delivered'])).toEqual([]);
  });

  it('is gone when it is not there the second time either', async () => {
    expect(await told(['gone', 'gone'])).toHaveLength(1);
  });
});
