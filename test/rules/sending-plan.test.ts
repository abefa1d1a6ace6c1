import fc from 'fast-check';
import { planSending } from '../../rules/sending-plan';
import { toLocal } from '../../rules/time/local-time';

const newYork = { zone: 'America/New_York', quiet: { from: '21:00', to: '08:00' } };

test('three million customers at two segments take two days at a hundred a second', () => {
  const plan = planSending({
    ...newYork,
    customers: 3_000_000,
    segmentsEach: 2,
    perSecond: 100,
    startAt: new Date('2027-02-02T13:00:00Z'),
  });
  const hours = 3_600_000;
  expect(plan).toEqual({
    segments: 6_000_000,
    sendingMs: 16 * hours + 40 * 60_000,
    perSecondForOneDay: 128.3,
    withinTheDay: false,
    windows: [
      { from: new Date('2027-02-02T13:00:00Z'), to: new Date('2027-02-03T02:00:00Z'), customers: 2_340_000 },
      { from: new Date('2027-02-03T13:00:00Z'), to: new Date('2027-02-03T16:40:00Z'), customers: 660_000 },
    ],
  });
});

test('at the rate that a plan asks for it is done within the open hours of one day', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5_000_000 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 365 }),
      (customers, segmentsEach, day) => {
        const startAt = new Date(Date.UTC(2027, 0, 1 + day, 5));
        const facts = { ...newYork, customers, segmentsEach, startAt };
        const { perSecondForOneDay } = planSending(facts);
        const plan = planSending({ ...facts, perSecond: perSecondForOneDay });
        expect(plan.withinTheDay).toBe(true);
        expect(plan.windows?.reduce((sum, window) => sum + window.customers, 0)).toBe(customers);
        // A tenth less of it would not have done, but for what rounding leaves.
        if (perSecondForOneDay > 1) {
          const slower = planSending({ ...facts, perSecond: perSecondForOneDay - 0.2 });
          expect(slower.withinTheDay).toBe(false);
        }
      },
    ),
  );
});

test('a plan sends in the open hours of wherever it is, day after day, as many as its pace allows', () => {
  const MINUTE = 60_000;
  const zone = fc.constantFrom('America/New_York', 'America/Sao_Paulo', 'Europe/Lisbon', 'Asia/Kathmandu');
  const start = Date.parse('2027-01-01T00:00Z');
  const startAt = fc
    .integer({ min: 0, max: 3 * 366 * 24 * 4 })
    .map((quarter) => start + quarter * 15 * MINUTE);
  const hourIn = (timeZone: string) => {
    const format = new Intl.DateTimeFormat('en-US', { timeZone, hour: '2-digit', hourCycle: 'h23' });
    return (ms: number) => Number(format.format(ms));
  };
  fc.assert(
    fc.property(
      zone,
      startAt,
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 100 }),
      (where, from, customers, segmentsEach, minutesEach) => {
        const {
          windows = [],
          sendingMs,
          withinTheDay,
        } = planSending({
          customers,
          segmentsEach,
          perSecond: segmentsEach / (minutesEach * 60),
          startAt: new Date(from),
          zone: where,
          quiet: newYork.quiet,
        });
        // By the clock on the wall, quarter by quarter.
        const hour = hourIn(where);
        const isOpen = (ms: number) => hour(ms) >= 8 && hour(ms) < 21;
        const expected: { from: Date; to: Date; customers: number }[] = [];
        let left = customers;
        for (let at = from; left > 0; at += 15 * MINUTE) {
          if (!isOpen(at)) continue;
          let to = at;
          while (isOpen(to)) to += 15 * MINUTE;
          // One after the other, each in its turn, as long as the turn begins in the open.
          let [sent, turn] = [0, at];
          for (; sent < left && turn < to; turn += minutesEach * MINUTE) sent++;
          left -= sent;
          const end = left > 0 ? to : Math.min(turn, to);
          expected.push({ from: new Date(at), to: new Date(end), customers: sent });
          at = to;
        }
        expect(windows).toEqual(expected);
        expect(Math.abs((sendingMs ?? 0) - customers * minutesEach * MINUTE)).toBeLessThanOrEqual(1);
        const [only] = expected;
        const begins = toLocal(new Date(from), where).date === toLocal(only?.from ?? new Date(0), where).date;
        const takes = (only?.to.getTime() ?? 0) - (only?.from.getTime() ?? 0);
        const isDone = expected.length === 1 && begins && takes === customers * minutesEach * MINUTE;
        expect(withinTheDay).toBe(isDone);
      },
    ),
    { numRuns: 200 },
  );
});

test.each([
  [6_000_000, 128.3],
  [60_000, 1.283],
  [100, 0.002137],
  [468, 0.01],
  [46_800_000, 1_000],
  [46_800_001, 1_001],
  [0, 0],
])(
  '%i segments in thirteen hours: %d a second would do, rounded up to four digits',
  (customers, perSecond) => {
    const plan = planSending({
      ...newYork,
      customers,
      segmentsEach: 1,
      startAt: new Date('2027-02-02T13:00:00Z'),
    });
    expect(plan.perSecondForOneDay).toBe(perSecond);
  },
);

test('what takes longer for one customer than a day is open goes out one a day, and is never done within it', () => {
  const startAt = new Date('2027-02-02T13:00:00Z');
  const plan = planSending({ ...newYork, customers: 2, segmentsEach: 1, perSecond: 1 / 50_000, startAt });
  expect(plan).toMatchObject({
    sendingMs: 100_000_000,
    withinTheDay: false,
    windows: [
      { from: startAt, to: new Date('2027-02-03T02:00:00Z'), customers: 1 },
      { from: new Date('2027-02-03T13:00:00Z'), to: new Date('2027-02-04T02:00:00Z'), customers: 1 },
    ],
  });
  expect(
    planSending({ ...newYork, customers: 1, segmentsEach: 1, perSecond: 1 / 50_000, startAt }).withinTheDay,
  ).toBe(false);
});

test('what starts at night begins when it opens; without a limit there is nothing to wait for', () => {
  const facts = { ...newYork, customers: 10, segmentsEach: 1, startAt: new Date('2027-02-02T04:00:00Z') };
  expect(planSending({ ...facts, perSecond: 1 }).windows).toEqual([
    { from: new Date('2027-02-02T13:00:00Z'), to: new Date('2027-02-02T13:00:10Z'), customers: 10 },
  ]);
  expect(planSending(facts)).toMatchObject({ withinTheDay: true });
  expect(planSending(facts).windows).toBeUndefined();
});
