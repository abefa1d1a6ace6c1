import { expectedReactivations, type Buyer, type Reactivations } from './cdnow';
import type { TimelineItem, World } from './world';

const DAY = 86_400_000;

/** Plays the buyers' purchases day by day, and waits until the last of what they set off has ended. */
export async function playBuyers(
  world: World,
  buyers: readonly Buyer[],
  end: Date,
  progress: (done: number, of: number) => void,
): Promise<void> {
  const purchases = buyers.flatMap((buyer) =>
    buyer.orders.map((order, i) => ({ buyer, order, first: i === 0 })),
  );
  const byDay = new Map<number, typeof purchases>();
  for (const purchase of purchases) {
    const instant = purchase.order.at.getTime();
    byDay.set(instant, [...(byDay.get(instant) ?? []), purchase]);
  }
  const instants = [...byDay.keys()].sort((a, b) => a - b);

  for (const [i, instant] of instants.entries()) {
    await world.moveTo(new Date(instant).toISOString());
    for (const { buyer, order, first } of byDay.get(instant) ?? []) {
      const { userId, phone } = buyer;
      if (first) {
        const messaging_subscriptions = [{ key: phone, type: 'SMS', status: 'SUBSCRIBED' }];
        world.segment.identify({ userId, traits: { phone }, context: { messaging_subscriptions } });
        world.segment.track({ userId, event: 'Account Registered' });
      }
      const properties = { units: order.units, revenue: order.dollars };
      world.segment.track({ userId, event: 'Order Completed', properties });
    }
    await world.flush();
    progress(i + 1, instants.length + 1);
  }
  await world.moveTo(new Date(end.getTime() + DAY / 24).toISOString());
  progress(instants.length + 1, instants.length + 1);
}

/** Expected and actual reactivations of all buyers together, and each buyer for whom they differ. */
export async function judgeBuyers(world: World, buyers: readonly Buyer[], end: Date) {
  const expected = none();
  const actual = none();
  const differing: string[] = [];
  for (const buyer of buyers) {
    const should = expectedReactivations(buyer, end);
    const did = reactivationsIn(await world.timeline(`user_id:${buyer.userId}`));
    add(expected, should);
    add(actual, did);
    if (JSON.stringify(should) !== JSON.stringify(did)) {
      differing.push(`${buyer.userId}: expected ${JSON.stringify(should)}, was ${JSON.stringify(did)}`);
    }
  }
  return { expected, actual, differing };
}

function reactivationsIn(timeline: readonly TimelineItem[]): Reactivations {
  const runs = (status: string) =>
    timeline.filter(
      (i) => i.kind === 'enrollment' && i['journey'] === 'reactivation' && i['status'] === status,
    ).length;
  const texts = timeline.filter(
    (i) => i.kind === 'send' && i['status'] === 'sent' && String(i['message']).startsWith('reactivation-'),
  ).length;
  return { entered: runs('entered'), refused: runs('refused'), wonBack: runs('exited'), texts };
}

type Tally = { -readonly [K in keyof Reactivations]: number };
const none = (): Tally => ({ entered: 0, refused: 0, wonBack: 0, texts: 0 });

function add(sum: Tally, one: Reactivations): void {
  for (const key of Object.keys(sum) as (keyof Tally)[]) sum[key] += one[key];
}
