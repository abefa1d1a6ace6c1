import { days, hours } from 'jornada';
import { checkHistories, type HistoryOptions } from 'jornada/testing';
import * as catalog from '../../catalog';
import { appointmentCare } from '../../workflows/appointment-care/v1';
import { featureHowTo } from '../../workflows/feature-how-to/v1';
import { reactivation } from '../../workflows/reactivation/v1';

// Any order of events, at any distance, late and twice, while workers die and runs go on in new histories.
const booked = (appointmentId: string, startsAt: string) =>
  ({ event: 'Appointment Booked', properties: { appointmentId, startsAt } }) as const;
const canceled = (appointmentId: string) =>
  ({ event: 'Appointment Canceled', properties: { appointmentId } }) as const;
const moves = { traits: { timezone: 'America/Los_Angeles' } } as const;
const stops = [{ texts: 'STOP' }, { texts: 'START' }] as const;

const journeys: readonly (readonly [string, Omit<HistoryOptions, 'catalog'>])[] = [
  [
    'appointment-care',
    {
      journeys: [appointmentCare],
      acts: [
        booked('A1', '2027-02-05T18:00:00Z'),
        booked('A2', '2027-02-03T18:00:00Z'),
        booked('A3', '2027-01-01T18:00:00Z'),
        canceled('A1'),
        canceled('A2'),
        moves,
        ...stops,
      ],
      apart: days(2),
      invariants: {
        'a reminder is never later than its appointment': (customer) =>
          customer
            .timeline('send')
            .filter(({ status, message }) => status === 'sent' && message === 'appointment-reminder')
            .every(({ at }) => at < '2027-02-05T18:00:00Z'),
      },
    },
  ],
  [
    'feature-how-to',
    {
      journeys: [featureHowTo],
      acts: [
        { event: 'Feature Viewed', properties: { feature: 'search' } },
        { event: 'Feature Viewed', properties: { feature: 'rewards' } },
        { event: 'Feature Adopted', properties: { feature: 'search' } },
        { event: 'Feature Adopted', properties: { feature: 'rewards' } },
        moves,
        ...stops,
      ],
      apart: hours(30),
      invariants: {
        'no two on one local day': (customer) => {
          const sent = customer.timeline('send').filter(({ status }) => status === 'sent');
          return sent.every(({ at }, n) => {
            const before = sent[n - 1];
            return !before || Date.parse(at) - Date.parse(before.at) > 3 * 3_600_000;
          });
        },
      },
    },
  ],
  [
    'reactivation',
    {
      journeys: [reactivation],
      acts: [{ event: 'Account Registered' }, { event: 'App Opened' }, moves, ...stops],
      apart: days(70),
      most: 8,
    },
  ],
];

describe('a journey that ships keeps its word', () => {
  it.each(journeys)('%s', async (_name, options) => {
    await expect(checkHistories({ catalog, ...options })).resolves.toBeUndefined();
  });
});
