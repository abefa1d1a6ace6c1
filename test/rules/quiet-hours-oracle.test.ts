import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { openness } from '../../rules/quiet-hours';

/** What Python's zoneinfo says about every zone and ten years; see oracle/zones.py. */
interface Clocks {
  readonly zones: readonly string[];
  /** Seconds east of UTC before the first change. */
  readonly offset: number;
  readonly changes: readonly (readonly [at: number, offset: number, pattern: number])[];
}
const [head, ...rest] = readFileSync(join(__dirname, 'oracle', 'zones.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as unknown);
const { first, last } = head as { first: number; last: number };
const clocks = rest as readonly Clocks[];
const everyZone = clocks.flatMap((one) => one.zones.map((zone) => ({ zone, clock: one })));

/** Each law's hours and the workspace's, in minutes of the local day, told again here; Sundays where they differ. */
const hours = {
  none: { region: undefined, open: [480, 1260], sunday: [480, 1260] },
  Florida: { region: 'Florida', open: [480, 1200], sunday: [480, 1200] },
  Connecticut: { region: 'US-CT', open: [540, 1200], sunday: [540, 1200] },
  Texas: { region: 'TX', open: [540, 1260], sunday: [720, 1260] },
} as const;
type Hours = (typeof hours)[keyof typeof hours];

/** Whether the clock on the wall, as Python reads it, shows an open hour. */
function isOpen({ offset, changes }: Clocks, at: number, { open, sunday }: Hours): boolean {
  const shift = changes.findLast(([since]) => since <= at)?.[1] ?? offset;
  const local = at + shift;
  const minute = Math.floor((((local % 86_400) + 86_400) % 86_400) / 60);
  // 1 January 1970 was a Thursday.
  const isSunday = ((Math.floor(local / 86_400) % 7) + 7) % 7 === 3;
  const [from, to] = isSunday ? sunday : open;
  return from <= minute && minute < to;
}

const quiet = { from: '21:00', to: '08:00' };

/** Open is open; and where it is quiet, `until` is the first open instant of all zones at once. */
function holds(where: readonly { zone: string; clock: Clocks }[], at: number, rule: Hours): void {
  const isOpenAt = (second: number) => where.every(({ clock }) => isOpen(clock, second, rule));
  const answer = openness(new Date(at * 1_000), {
    zones: where.map(({ zone }) => zone),
    quiet,
    region: rule.region,
  });
  if (answer.open !== isOpenAt(at)) throw new Error(`open: ${answer.open}`);
  if (answer.open) return;
  const until = answer.until.getTime() / 1_000;
  if (!isOpenAt(until)) throw new Error(`quiet still at ${answer.until.toISOString()}`);
  if (isOpenAt(until - 1)) throw new Error(`open already before ${answer.until.toISOString()}`);
  for (let second = at; second < until; second += 900) {
    if (isOpenAt(second)) throw new Error(`open at ${new Date(second * 1_000).toISOString()}`);
  }
}

describe('quiet hours, against Python’s reading of the zones', () => {
  it('hold in every zone through every change of its clocks in ten years', () => {
    expect(everyZone.length).toBeGreaterThan(500);
    // One zone of those that share their clocks is asked at every hour or so, each of the others now and then.
    for (const clock of clocks) {
      for (const [nth, zone] of clock.zones.entries()) {
        const step = nth === 0 ? 4 * 3_600 + 1_799 : 19 * 3_600 + 1_799;
        for (const [change] of clock.changes) {
          for (let at = change - 86_400; at <= change + 86_400; at += step) {
            holds([{ zone, clock }], at, hours.none);
            if (nth === 0) holds([{ zone, clock }], at, hours.Texas);
          }
        }
      }
    }
  }, 120_000);

  it('hold in every zone, through the seasons of ten years', () => {
    let asked = 0;
    for (const { zone, clock } of everyZone) {
      for (let at = first; at < last - 9 * 86_400; at += 61 * 86_400 + 7 * 3_600 + 1_801) {
        holds([{ zone, clock }], at, hours.none);
        asked++;
      }
    }
    expect(asked).toBeGreaterThan(50 * everyZone.length);
  }, 120_000);

  it('hold for any zone, or two near each other, at any instant and by any law', () => {
    const zone = fc.constantFrom(...everyZone);
    const instant = fc.integer({ min: first, max: last - 9 * 86_400 });
    const rule = fc.constantFrom(...Object.values(hours));
    fc.assert(
      fc.property(zone, instant, rule, (one, at, law) => holds([one], at, law)),
      { numRuns: 3_000 },
    );
    const american = fc.constantFrom(...everyZone.filter((one) => one.zone.startsWith('America/')));
    fc.assert(
      fc.property(american, american, instant, rule, (one, other, at, law) => {
        // Zones this far apart are open together for hours every day.
        fc.pre(Math.abs(one.clock.offset - other.clock.offset) <= 4 * 3_600);
        holds([one, other], at, law);
      }),
      { numRuns: 2_000 },
    );
  }, 120_000);
});
