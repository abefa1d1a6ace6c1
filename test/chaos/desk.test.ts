import { setTimeout as delay } from 'node:timers/promises';
import { phone } from '../scenarios/support/acts';
import { type TestWorld, testWorld } from '../scenarios/support/world';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({ clock: '2027-02-04T15:00:00Z' });
});
afterAll(() => world.end());

describe('a thousand patients who check in at ten a second', () => {
  const patients = Array.from({ length: 1_000 }, (_, n) => ({ userId: `patient-${n}`, phone: phone(n) }));

  it('have their text within five seconds, all but a few; those within ten', async () => {
    for (const { userId, phone: key } of patients) {
      const messaging_subscriptions = [{ key, type: 'SMS' as const, status: 'SUBSCRIBED' as const }];
      world.segment.identify({ userId, traits: { phone: key }, context: { messaging_subscriptions } });
    }
    await world.flush();
    await world.moveTo('2027-02-04T19:00:00Z');

    const begun = performance.now();
    await Promise.all(
      patients.map(async ({ userId }, n) => {
        await delay(begun + n * 100 - performance.now());
        await world.happens(userId, 'Visit Checked In', { visitId: `L${n}`, providerId: 'P7' });
      }),
    );
    await world.settle();

    const waited: number[] = [];
    for (const { userId, phone: number } of patients) {
      const [, visit] = await world.history(`user_id:${userId}`, 'event');
      const messages = await world.messagesTo(number);
      expect([userId, messages.length]).toEqual([userId, 1]);
      waited.push(Date.parse(String(messages[0]?.at)) - Date.parse(String(visit?.['receivedAt'])));
    }
    waited.sort((a, b) => a - b);
    const quantile = (share: number) => waited[Math.ceil(share * waited.length) - 1] ?? Number.NaN;
    const [p50, p95, p99] = [quantile(0.5), quantile(0.95), quantile(0.99)];
    process.stdout.write(`${JSON.stringify({ p50, p95, p99 })} ms from received to handed over\n`);
    expect(p95).toBeLessThanOrEqual(5_000);
    expect(p99).toBeLessThanOrEqual(10_000);
  });
});
