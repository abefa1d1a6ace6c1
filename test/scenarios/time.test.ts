import { appointmentCare } from '../../workflows/appointment-care/v1';
import { onboarding } from '../../workflows/onboarding/v1';
import { dailyStep, fixturesPath, waits72Hours, waitsThreeDays } from './fixtures/journeys';
import { type Act, phone, play } from './support/acts';
import { second, words } from './support/readings';
import { type TestWorld, testWorld } from './support/world';

/** One running stack, from March 2027 to March 2028. */
let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({
    clock: '2027-03-01T12:00:00Z',
    project: { journeys: [appointmentCare, dailyStep, onboarding, waits72Hours, waitsThreeDays] },
    workflowsPath: fixturesPath,
  });
  await play(world, acts());
  await world.moveTo('2028-01-25T12:00:00Z');
}, 180_000);
afterAll(() => world.end());

/** Where a wait of three days begins when, and ends by the calendar and after seventy-two hours. */
const waits = [
  ['America/New_York', '2027-03-12T15:00:00Z', '2027-03-15T14:00:00Z', '2027-03-15T15:00:00Z'],
  // To a time that the clocks skip, and to one that they show twice.
  ['America/New_York', '2027-03-11T07:30:00Z', '2027-03-14T07:30:00Z', '2027-03-14T07:30:00Z'],
  ['America/New_York', '2027-11-04T05:30:00Z', '2027-11-07T05:30:00Z', '2027-11-07T05:30:00Z'],
  ['Europe/London', '2027-03-26T10:00:00Z', '2027-03-29T09:00:00Z', '2027-03-29T10:00:00Z'],
  ['America/Sao_Paulo', '2027-03-12T15:00:00Z', '2027-03-15T15:00:00Z', '2027-03-15T15:00:00Z'],
  ['Asia/Kolkata', '2027-03-12T15:00:00Z', '2027-03-15T15:00:00Z', '2027-03-15T15:00:00Z'],
  // By half an hour.
  ['Australia/Lord_Howe', '2027-04-02T00:00:00Z', '2027-04-05T00:30:00Z', '2027-04-05T00:00:00Z'],
  ['Australia/Lord_Howe', '2027-10-01T00:00:00Z', '2027-10-03T23:30:00Z', '2027-10-04T00:00:00Z'],
  // At midnight, so that the day begins at one.
  ['America/Santiago', '2027-09-02T04:30:00Z', '2027-09-05T04:30:00Z', '2027-09-05T04:30:00Z'],
  ['Asia/Beirut', '2027-03-25T22:30:00Z', '2027-03-28T21:30:00Z', '2027-03-28T22:30:00Z'],
] as const;

/** Where a step at a local time begins to be taken daily, and when it is. */
const dailySteps = [
  ['America/New_York', '02:30', '2027-03-12T20:00:00Z', '13T07:30 14T07:30 15T06:30'],
  ['America/New_York', '01:30', '2027-11-05T20:00:00Z', '06T05:30 07T05:30 08T06:30'],
  ['Europe/London', '01:30', '2027-03-26T20:00:00Z', '27T01:30 28T01:30 29T00:30'],
  ['Europe/London', '01:30', '2027-10-29T20:00:00Z', '30T00:30 31T00:30 01T01:30'],
  ['Australia/Lord_Howe', '02:15', '2027-10-01T00:00:00Z', '01T15:45 02T15:45 03T15:15'],
  ['Australia/Lord_Howe', '01:45', '2027-04-02T00:00:00Z', '02T14:45 03T14:45 04T15:15'],
  ['America/Santiago', '00:30', '2027-09-03T12:00:00Z', '04T04:30 05T04:30 06T03:30'],
  ['America/Santiago', '23:30', '2027-04-02T12:00:00Z', '03T02:30 04T02:30 05T03:30'],
  ['Asia/Kolkata', '02:30', '2027-03-12T20:00:00Z', '12T21:00 13T21:00 14T21:00'],
  ['America/Sao_Paulo', '00:00', '2027-03-12T20:00:00Z', '13T03:00 14T03:00 15T03:00'],
] as const;

const registration = '2027-10-27T01:40:00Z';
/** Where who registers then is sent ten parts: the first at once, or at 08:00 in the night, the others at 10:00. */
const newcomers: { readonly [userId: string]: readonly [zone: string, ...parts: string[]] } = {
  X: [
    'America/Los_Angeles',
    '2027-10-27T01:40:00Z',
    '2027-10-28T17:00:00Z',
    '2027-10-31T17:00:00Z',
    '2027-11-04T17:00:00Z',
    '2027-11-09T18:00:00Z',
    '2027-11-16T18:00:00Z',
    '2027-11-25T18:00:00Z',
    '2027-12-10T18:00:00Z',
    '2027-12-25T18:00:00Z',
    '2028-01-14T18:00:00Z',
  ],
  'in New York': [
    'America/New_York',
    '2027-10-27T12:00:00Z',
    '2027-10-28T14:00:00Z',
    '2027-10-31T14:00:00Z',
    '2027-11-04T14:00:00Z',
    '2027-11-09T15:00:00Z',
    '2027-11-16T15:00:00Z',
    '2027-11-25T15:00:00Z',
    '2027-12-10T15:00:00Z',
    '2027-12-25T15:00:00Z',
    '2028-01-14T15:00:00Z',
  ],
  'in São Paulo': [
    'America/Sao_Paulo',
    '2027-10-27T11:00:00Z',
    '2027-10-28T13:00:00Z',
    '2027-10-31T13:00:00Z',
    '2027-11-04T13:00:00Z',
    '2027-11-09T13:00:00Z',
    '2027-11-16T13:00:00Z',
    '2027-11-25T13:00:00Z',
    '2027-12-10T13:00:00Z',
    '2027-12-25T13:00:00Z',
    '2028-01-14T13:00:00Z',
  ],
  'in London': [
    'Europe/London',
    '2027-10-27T07:00:00Z',
    '2027-10-29T09:00:00Z',
    '2027-11-01T10:00:00Z',
    '2027-11-05T10:00:00Z',
    '2027-11-10T10:00:00Z',
    '2027-11-17T10:00:00Z',
    '2027-11-26T10:00:00Z',
    '2027-12-11T10:00:00Z',
    '2027-12-26T10:00:00Z',
    '2028-01-15T10:00:00Z',
  ],
  'in Kolkata': [
    'Asia/Kolkata',
    '2027-10-27T02:30:00Z',
    '2027-10-29T04:30:00Z',
    '2027-11-01T04:30:00Z',
    '2027-11-05T04:30:00Z',
    '2027-11-10T04:30:00Z',
    '2027-11-17T04:30:00Z',
    '2027-11-26T04:30:00Z',
    '2027-12-11T04:30:00Z',
    '2027-12-26T04:30:00Z',
    '2028-01-15T04:30:00Z',
  ],
  'on Lord Howe': [
    'Australia/Lord_Howe',
    '2027-10-27T01:40:00Z',
    '2027-10-28T23:00:00Z',
    '2027-10-31T23:00:00Z',
    '2027-11-04T23:00:00Z',
    '2027-11-09T23:00:00Z',
    '2027-11-16T23:00:00Z',
    '2027-11-25T23:00:00Z',
    '2027-12-10T23:00:00Z',
    '2027-12-25T23:00:00Z',
    '2028-01-14T23:00:00Z',
  ],
  'on Chatham': [
    'Pacific/Chatham',
    '2027-10-27T01:40:00Z',
    '2027-10-28T20:15:00Z',
    '2027-10-31T20:15:00Z',
    '2027-11-04T20:15:00Z',
    '2027-11-09T20:15:00Z',
    '2027-11-16T20:15:00Z',
    '2027-11-25T20:15:00Z',
    '2027-12-10T20:15:00Z',
    '2027-12-25T20:15:00Z',
    '2028-01-14T20:15:00Z',
  ],
};
const movers = ['Y', 'to the past', 'over the date line', 'learned'];

function acts(): Act[] {
  return [
    ...waits.map(([zone, at], n) => ({
      at,
      does: async () => {
        await arrive(`waits-${n}`, zone);
        await world.happens(`waits-${n}`, 'App Opened');
      },
    })),
    ...dailySteps.map(([zone, time, at], n) => ({
      at,
      does: async () => {
        await arrive(`daily-${n}`, zone);
        await world.happens(`daily-${n}`, 'Feature Viewed', { feature: time });
      },
    })),
    {
      at: '2027-03-12T15:00:00Z',
      does: async () => {
        await arrive('goes west', 'America/New_York');
        await arrive('goes east', 'America/Los_Angeles');
        for (const userId of ['goes west', 'goes east']) await world.happens(userId, 'App Opened');
      },
    },
    { at: '2027-03-13T15:00:00Z', does: moves('goes west', 'America/Los_Angeles') },
    // It is past 07:00 there, but not yet where the wait began.
    { at: '2027-03-15T13:30:00Z', does: moves('goes east', 'Europe/London') },
    {
      at: registration,
      does: async () => {
        for (const [userId, [zone]] of Object.entries(newcomers)) await arrive(userId, zone);
        for (const userId of movers) await arrive(userId, 'America/Los_Angeles');
        for (const userId of [...Object.keys(newcomers), ...movers]) {
          await world.happens(userId, 'Account Registered');
        }
      },
    },
    {
      at: '2027-11-03T20:00:00Z',
      does: () => world.happens('learned', 'Feature Adopted', { feature: 'find-provider' }),
    },
    { at: '2027-11-07T18:00:00Z', does: moves('Y', 'America/New_York') },
    { at: '2027-11-07T18:00:00Z', does: moves('over the date line', 'Australia/Lord_Howe') },
    { at: '2027-11-09T16:00:00Z', does: moves('to the past', 'Europe/London') },
  ];
}

let customers = 0;
const arrive = (userId: string, timezone: string) =>
  world.subscribe(userId, phone(customers++), { timezone });
const moves = (userId: string, timezone: string) => async () => {
  world.segment.identify({ userId, traits: { timezone } });
  await world.flush();
};
/** When texts of a step were handed over, to the second. */
const textsOf = async (userId: string, step: string) =>
  (await world.history(`user_id:${userId}`, 'send'))
    .filter((send) => send['status'] === 'sent' && send['step'] === step)
    .map(({ at }) => second(at));
const parts = async (userId: string) =>
  (await world.sent(`user_id:${userId}`)).map((text) => text.replace('onboarding-', ''));

describe('a wait of three days', () => {
  it('is of the calendar, and seventy-two hours are not', async () => {
    for (const [n, [zone, , byCalendar, elapsed]] of waits.entries()) {
      expect([zone, await textsOf(`waits-${n}`, 'waits-three-days')]).toEqual([zone, [byCalendar]]);
      expect([zone, await textsOf(`waits-${n}`, 'waits-72-hours')]).toEqual([zone, [elapsed]]);
    }
  });

  it('goes with the customer who moves, and is over at once where it is over there', async () => {
    expect(await textsOf('goes west', 'waits-three-days')).toEqual(['2027-03-15T17:00:00Z']);
    expect(await textsOf('goes west', 'waits-72-hours')).toEqual(['2027-03-15T15:00:00Z']);
    expect(await textsOf('goes east', 'waits-three-days')).toEqual(['2027-03-15T13:30:00Z']);
    expect(await textsOf('goes east', 'waits-72-hours')).toEqual(['2027-03-15T15:00:00Z']);
  });
});

describe('a daily step', () => {
  it('is taken once a day, also in the hour that is missing and in the one that comes twice', async () => {
    for (const [n, [zone, time, , steps]] of dailySteps.entries()) {
      const taken = (await textsOf(`daily-${n}`, 'daily')).map((at) => at.slice(8, 16)).join(' ');
      expect([zone, time, taken]).toEqual([zone, time, steps]);
    }
  });
});

describe('ten parts in ninety days', () => {
  it.each(Object.entries(newcomers))(
    'come at 10:00 where the customer is: %s',
    async (userId, [, ...all]) => {
      expect(await parts(userId)).toEqual(all.map((at, n) => `${n + 1} @ ${at}`));
      expect((await world.runs(`user_id:${userId}`)).at(-1)).toBe(
        `onboarding completed @ ${String(all.at(-1))}`,
      );
    },
  );

  it('go with the customer who moves', async () => {
    expect((await parts('Y')).slice(3)).toEqual([
      '4 @ 2027-11-04T17:00:00Z',
      '5 @ 2027-11-09T15:00:00Z',
      '6 @ 2027-11-16T15:00:00Z',
      '7 @ 2027-11-25T15:00:00Z',
      '8 @ 2027-12-10T15:00:00Z',
      '9 @ 2027-12-25T15:00:00Z',
      '10 @ 2028-01-14T15:00:00Z',
    ]);
  });

  it('count from the local day of entry, wherever the customer went', async () => {
    expect((await parts('over the date line')).slice(4, 6)).toEqual([
      '5 @ 2027-11-08T23:00:00Z',
      '6 @ 2027-11-15T23:00:00Z',
    ]);
  });

  it('come at once where they are past where the customer went', async () => {
    expect((await parts('to the past')).slice(4, 6)).toEqual([
      '5 @ 2027-11-09T16:00:00Z',
      '6 @ 2027-11-16T10:00:00Z',
    ]);
  });

  it('leave out what the customer has learned', async () => {
    const learned = await parts('learned');
    expect(learned).toHaveLength(9);
    expect(learned.slice(2, 4)).toEqual(['3 @ 2027-10-31T17:00:00Z', '5 @ 2027-11-09T18:00:00Z']);
    expect((await world.runs('user_id:learned')).at(-1)).toBe('onboarding completed @ 2028-01-14T18:00:00Z');
  });
});

describe('a day before an appointment', () => {
  const booked = '2028-03-10T15:00:00Z';
  const cases = [
    ['over a change of the clocks', '2028-03-12T14:00:00-04:00', '2028-03-11T18:00:00Z'],
    ['with an offset', '2028-03-14T09:30:00+05:30', '2028-03-13T04:00:00Z'],
    ['in the night', '2028-03-14T03:00:00-04:00', '2028-03-13T07:00:00Z'],
    ['at that very moment', '2028-03-11T15:00:00.000Z', booked],
    ['that is past', '2028-03-11T14:59:59.999Z', undefined],
    ['of an appointment that is over', '2028-03-09T15:00:00Z', undefined],
  ] as const;

  it('is twenty-four hours before it, and no reminder comes where that is past', async () => {
    await world.exactly(booked, async () => {
      for (const [name, startsAt] of cases) {
        await arrive(name, 'America/New_York');
        await world.happens(name, 'Appointment Booked', { appointmentId: 'A1', startsAt });
      }
    });
    await world.moveTo('2028-03-15T12:00:00Z');
    for (const [name, , reminded] of cases) {
      expect([name, ...(await world.sent(`user_id:${name}`))]).toEqual([
        name,
        `appointment-confirmation @ ${booked}`,
        ...(reminded ? [`appointment-reminder @ ${reminded}`] : []),
      ]);
      const [last] = (await world.history(`user_id:${name}`, 'enrollment')).slice(-1);
      expect(last && words(last, 'status')).toBe('completed');
    }
  });
});
