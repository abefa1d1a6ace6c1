import { join } from 'node:path';
import { table } from '../../client/cli/table';
import { packageRoot } from '../../config/package-root';
import { type Buyer, expectedReactivations, type Order, type Reactivations, readBuyers } from './cdnow';
import { indented } from './patients';
import type { Screen } from './print';
import type { TimelineItem, World } from './world';

const start = new Date('2027-05-01T16:00:00Z');
/** The sample ends on 30 June 1998; 120 days later the last of its reactivations is over. */
export const buyersEnd = new Date('2029-02-27T16:00:00Z');
const hour = 3_600_000;

/** Plays the first `count` customers of the CDNOW sample, and answers those for whom reactivation went otherwise than by the rules. */
export async function playSample(world: World, count: number, screen: Screen): Promise<string[]> {
  const buyers = readBuyers(join(packageRoot(), 'test', 'data', 'cdnow-sample.txt'), count, start);
  const orders = buyers.reduce((sum, buyer) => sum + buyer.orders.length, 0);
  const title = `${buyers.length} shoppers of CDNOW, with their ${orders} real purchases of 1997 and 1998, through reactivation`;
  screen.say('', screen.paint('bold', title), '');
  await playBuyers(world, buyers, screen);
  const { expected, actual, differing } = await judgeBuyers(world, buyers);
  const row = (label: string, { entered, refused, wonBack, texts }: Reactivations) => [
    label,
    entered,
    refused,
    wonBack,
    texts,
  ];
  const rows = [row('by the rules', expected), row('as it was', actual)];
  const headings = ['', 'entered', 'refused', 'won back', 'texts'];
  screen.say(...indented(table(headings, rows, (line) => screen.paint('bold', line))));
  return differing;
}

/** Plays the purchases day by day, and on until the last of what they set off has ended. */
async function playBuyers(world: World, buyers: readonly Buyer[], screen: Screen): Promise<void> {
  const purchases = buyers.flatMap((buyer) =>
    buyer.orders.map((order, i) => ({ buyer, order, first: i === 0 })),
  );
  const byInstant = new Map<number, typeof purchases>();
  for (const purchase of purchases) {
    const instant = purchase.order.at.getTime();
    byInstant.set(instant, [...(byInstant.get(instant) ?? []), purchase]);
  }
  const instants = [...byInstant.keys()].sort((a, b) => a - b);

  const progress = screen.progress();
  const stations = instants.length + 1;
  try {
    for (const [i, instant] of instants.entries()) {
      const at = new Date(instant).toISOString();
      progress.show(i, stations, at.slice(0, 10));
      await world.moveTo(at);
      for (const { buyer, order, first } of byInstant.get(instant) ?? []) buy(world, buyer, order, first);
      await world.flush();
    }
    progress.show(instants.length, stations, buyersEnd.toISOString().slice(0, 10));
    await world.moveTo(new Date(buyersEnd.getTime() + hour).toISOString());
  } finally {
    progress.end();
  }
}

function buy({ segment }: World, { userId, phone }: Buyer, { units, dollars }: Order, first: boolean): void {
  if (first) {
    const messaging_subscriptions = [{ key: phone, type: 'SMS', status: 'SUBSCRIBED' }];
    segment.identify({ userId, traits: { phone }, context: { messaging_subscriptions } });
    segment.track({ userId, event: 'Account Registered' });
  }
  segment.track({ userId, event: 'Order Completed', properties: { units, revenue: dollars } });
}

/** Expected and actual reactivations of all buyers together, and each buyer for whom they differ. */
async function judgeBuyers(world: World, buyers: readonly Buyer[]) {
  const expected = none();
  const actual = none();
  const differing: string[] = [];
  for (const buyer of buyers) {
    const should = expectedReactivations(buyer, buyersEnd);
    const did = reactivationsIn(await world.timeline(`user_id:${buyer.userId}`));
    add(expected, should);
    add(actual, did);
    if (JSON.stringify(should) !== JSON.stringify(did)) {
      differing.push(`${buyer.userId} should have had ${inWords(should)}: it was ${inWords(did)}`);
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

const inWords = ({ entered, refused, wonBack, texts }: Reactivations) =>
  `${entered} entered, ${refused} refused, ${wonBack} won back, ${texts} texts`;

type Tally = { -readonly [K in keyof Reactivations]: number };
const none = (): Tally => ({ entered: 0, refused: 0, wonBack: 0, texts: 0 });

function add(sum: Tally, one: Reactivations): void {
  for (const key of Object.keys(sum) as (keyof Tally)[]) sum[key] += one[key];
}
