import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { addDays, isZone, toInstant, toLocal } from '../../rules/time/local-time';

interface Head {
  tzdata: string;
  first: number;
  last: number;
  patterns: [number, number][][];
}
interface Group {
  zones: string[];
  offset: number;
  changes: [at: number, offset: number, pattern: number][];
}

const lines = readFileSync(join(__dirname, 'oracle', 'zones.jsonl'), 'utf8')
  .trim()
  .split('\n');
const head = JSON.parse(lines[0] as string) as Head;
const groups = lines.slice(1).map((line) => JSON.parse(line) as Group);
const allZones = groups.flatMap((group) => group.zones);

/** Epoch milliseconds as `YYYY-MM-DDTHH:mm:ss` of UTC. */
const text = (ms: number) => new Date(ms).toISOString().slice(0, 19);
const [dateOf, timeOf] = [(ms: number) => text(ms).slice(0, 10), (ms: number) => text(ms).slice(11)];

function offsetAt(group: Group, seconds: number): number {
  return group.changes.findLast(([at]) => at <= seconds)?.[1] ?? group.offset;
}

const someGroup = fc.constantFrom(...groups).chain((group) =>
  fc.record({
    group: fc.constant(group),
    zone: fc.constantFrom(...group.zones),
    at: fc.integer({ min: head.first, max: head.last - 1 }),
  }),
);

describe('local time, against Python over every zone and ten years', () => {
  it('runs on zone data no older than the oracle', () => {
    expect(String(process.versions.tz) >= head.tzdata).toBe(true);
  });

  it('knows every IANA zone', () => {
    expect(allZones.length).toBeGreaterThan(590);
    expect(allZones.filter((zone) => !isZone(zone))).toEqual([]);
  });

  it.each(groups.map((group) => [group.zones[0] as string, group] as const))(
    'turns local times around each change of %s and its like into the same instants',
    (_, { zones, offset, changes }) => {
      // Links share their target's clocks: one zone of the group is asked everything, the others the changes.
      const wrong: string[] = [];
      for (const zone of zones) {
        let before = offset;
        for (const [at, after, pattern] of changes) {
          const wall = (at + before) * 1000;
          for (const [k, minutes] of head.patterns[pattern] as [number, number][]) {
            if (zone !== zones[0] && k % 4 !== 0) continue;
            const local = wall + k * 900_000;
            const got = toInstant(zone, dateOf(local), timeOf(local)).getTime();
            if (got !== at * 1000 + minutes * 60_000) wrong.push(`${zone} ${text(local)}: ${text(got)}`);
          }
          before = after;
        }
      }
      expect(wrong).toEqual([]);
    },
  );

  it('shows what clocks show at any instant', () => {
    fc.assert(
      fc.property(someGroup, ({ group, zone, at }) => {
        const wall = (at + offsetAt(group, at)) * 1000;
        expect(toLocal(new Date(at * 1000 + 999), zone)).toEqual({
          date: dateOf(wall),
          time: timeOf(wall),
          weekday: new Date(wall).getUTCDay(),
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('comes back to the same local time, unless it was skipped, and never later than another instant that shows it', () => {
    fc.assert(
      fc.property(someGroup, ({ group, zone, at }) => {
        const { date, time } = toLocal(new Date(at * 1000), zone);
        const back = toInstant(zone, date, time).getTime() / 1000;
        expect(back).toBeLessThanOrEqual(at);
        expect(back + offsetAt(group, back)).toBe(at + offsetAt(group, at));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('local time', () => {
  it.each([
    ['America/New_York', '2027-03-14', '02:30', '2027-03-14T07:30:00.000Z'],
    ['America/New_York', '2027-11-07', '01:30', '2027-11-07T05:30:00.000Z'],
    ['Australia/Lord_Howe', '2027-10-03', '02:15', '2027-10-02T15:45:00.000Z'],
    ['Pacific/Apia', '2011-12-30', '10:00', '2011-12-30T20:00:00.000Z'],
    ['Asia/Kathmandu', '2027-01-01', '00:00', '2026-12-31T18:15:00.000Z'],
    ['America/New_York', '2099-07-01', '08:00', '2099-07-01T12:00:00.000Z'],
  ])('%s %s %s is %s', (zone, date, time, instant) => {
    expect(toInstant(zone, date, time).toISOString()).toBe(instant);
  });

  it.each([
    'PST',
    'IST',
    'Pacific Time',
    'Pacific Standard Time',
    '+05:00',
    'GMT+5',
    '',
    'America/Nowhere',
    'SystemV/PST8',
  ])('takes %j for no zone', (name) => expect(isZone(name)).toBe(false));

  it.each([
    'America/New_York',
    'US/Eastern',
    'UTC',
    'EST',
    'Etc/GMT+5',
    'America/Argentina/Buenos_Aires',
    'Asia/Kolkata',
  ])('takes %s for a zone', (name) => expect(isZone(name)).toBe(true));

  it.each([
    ['2027-02-31', '10:00'],
    ['2027-02-03', '24:00'],
    ['2027-02-03', '10'],
    ['27-02-03', '10:00'],
  ])('refuses %s %s', (date, time) => {
    expect(() => toInstant('UTC', date, time)).toThrow(RangeError);
  });

  it('refuses to reckon in what is no zone', () => {
    expect(() => toLocal(new Date(0), 'Pacific Time')).toThrow('"Pacific Time" is no IANA time zone');
  });

  it('counts calendar days over months and leap years', () => {
    expect(addDays('2028-02-28', 2)).toBe('2028-03-01');
    expect(addDays('2027-01-01', -1)).toBe('2026-12-31');
    expect(addDays('2027-10-26', 90)).toBe('2028-01-24');
  });
});
