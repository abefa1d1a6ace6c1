import { readFileSync } from 'node:fs';
import { lifecycle } from '../../catalog/lifecycle';
import { addDays, toInstant, toLocal } from '../../rules/time/local-time';

/** A customer of the CDNOW sample: real purchases of 1997 and 1998, moved to the demo's calendar. */
export interface Buyer {
  readonly userId: string;
  readonly phone: string;
  readonly orders: readonly Order[];
}

export interface Order {
  readonly at: Date;
  readonly units: number;
  readonly dollars: number;
}

/** What reactivation should come to for one buyer. */
export interface Reactivations {
  readonly entered: number;
  readonly refused: number;
  readonly wonBack: number;
  readonly texts: number;
}

const zone = 'America/New_York';
const day = 86_400_000;
const firstDay = Date.UTC(1997, 0, 1);

/** The first `count` buyers of the sample, its first day being `start`; they buy at noon UTC-3, daytime in New York. */
export function readBuyers(file: string, count: number, start: Date): Buyer[] {
  const buyers = new Map<string, Order[]>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, id, date = '', units, dollars] = line.trim().split(/\s+/);
    if (!id) continue;
    if (!buyers.has(id) && buyers.size === count) break;
    const bought = Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6, 8)));
    const orders = buyers.get(id) ?? [];
    // The sample has days only. A minute for each earlier purchase keeps two that lie exactly sixty days apart from being a tie.
    const at = new Date(start.getTime() + bought - firstDay + orders.length * 60_000);
    orders.push({ at, units: Number(units), dollars: Number(dollars) });
    buyers.set(id, orders);
  }
  return [...buyers].map(([id, orders]) => ({
    userId: `cdnow-${id}`,
    phone: `+1646556${id}`,
    orders: orders.sort((a, b) => a.at.getTime() - b.at.getTime()),
  }));
}

/**
 * What the rules say happens to a buyer by `end`, reckoned from the purchases alone: `new` for 90 days, inactive 60 × 86,400 s
 * after the last purchase, three texts a week apart unless a purchase comes first, again only 90 × 86,400 s after the last run.
 */
export function expectedReactivations({ orders }: Buyer, end: Date): Reactivations {
  const registered = orders[0]?.at ?? end;
  const newUntil = toInstant(
    zone,
    addDays(toLocal(registered, zone).date, lifecycle.newDays),
    '00:00',
  ).getTime();
  let [entered, refused, wonBack, texts] = [0, 0, 0, 0];
  let lastEnd = Number.NEGATIVE_INFINITY;

  orders.forEach((order, i) => {
    const nextOrder = orders[i + 1]?.at.getTime() ?? Number.POSITIVE_INFINITY;
    const inactiveAt = Math.max(newUntil, order.at.getTime() + lifecycle.idleDays * day);
    if (inactiveAt >= nextOrder || inactiveAt > end.getTime()) return;
    if (inactiveAt - lastEnd < 90 * day) {
      refused++;
      return;
    }
    entered++;
    const first = afterTheNight(inactiveAt);
    const dues = [0, 7, 14].map((n) => sameTime(first, n));
    const sent = dues.filter((due) => due < nextOrder && due <= end.getTime());
    texts += sent.length;
    const finished = sent.length === dues.length;
    if (!finished && nextOrder <= end.getTime()) wonBack++;
    lastEnd = finished ? (dues[2] ?? first) : nextOrder;
  });
  return { entered, refused, wonBack, texts };
}

/** 08:00 local for an instant before it; the demo's other instants are in the daytime. */
function afterTheNight(at: number): number {
  const { date, time } = toLocal(new Date(at), zone);
  return time < '08:00' ? toInstant(zone, date, '08:00').getTime() : at;
}

function sameTime(at: number, days: number): number {
  const { date, time } = toLocal(new Date(at), zone);
  return toInstant(zone, addDays(date, days), time.slice(0, 5)).getTime();
}
