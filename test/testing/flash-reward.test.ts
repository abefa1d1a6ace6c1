import * as catalog from '../../catalog';
import { minutes } from 'jornada';
import { checkHistories, gate, scenarios, testJourneys, twilio } from 'jornada/testing';
import { flashReward } from '../../workflows/flash-reward/v1';

const about = { catalog, journeys: [flashReward], at: '2027-02-02T19:03:07Z' };
const visit = { visitId: 'V1', providerId: 'P7' };
const checkIn = { at: '2027-02-02T19:03:07Z', event: 'Visit Checked In', properties: visit } as const;

describe('flash-reward', () => {
  it('rewards at the desk, and reminds once', async () => {
    const t = testJourneys(about);
    const bruno = await t.customer('bruno', { firstName: 'Bruno' });
    await bruno.does('Visit Checked In', visit);
    expect(bruno).toHaveSent('flash-reward', {
      at: '2027-02-02T19:03:07Z',
      to: '+19175550001',
      body: 'Bruno',
    });
    await t.advance(minutes(90));
    expect(bruno).toHaveSent('flash-reward-reminder', { at: '2027-02-02T20:33:07Z', times: 1 });
    expect(bruno).toHaveEnded('completed', { at: '2027-02-02T20:33:07Z' });
  });

  scenarios(about, [
    {
      name: 'ends converted when a reward is redeemed',
      when: [
        checkIn,
        { at: '2027-02-02T19:20:00Z', event: 'Offer Redeemed', properties: { offerId: 'any' } },
      ],
      until: '2027-02-03T00:00:00Z',
      sends: ['flash-reward @ 2027-02-02T19:03:07Z'],
      ends: 'goal @ 2027-02-02T19:20:00Z',
    },
    {
      name: 'ends when the patient is treated',
      when: [
        checkIn,
        { at: '2027-02-02T19:50:00Z', event: 'Treatment Recorded', properties: { visitId: 'V1' } },
      ],
      until: '2027-02-03T00:00:00Z',
      sends: ['flash-reward'],
      ends: 'exit_event @ 2027-02-02T19:50:00Z',
    },
    {
      name: 'sends nothing to one who said STOP, and the offer stands',
      when: [{ at: '2027-02-02T19:00:00Z', texts: 'STOP' }, checkIn],
      at: '2027-02-02T18:00:00Z',
      until: '2027-02-03T00:00:00Z',
      sends: [],
      ends: 'completed',
      check: (customer) => expect(customer).toHaveBeenSuppressed('flash-reward', 'consent'),
    },
    {
      name: 'does not wake anybody: at night the reward would be worth nothing in the morning',
      at: '2027-02-03T02:00:00Z',
      when: [{ ...checkIn, at: '2027-02-03T02:00:00Z' }],
      until: '2027-02-04T00:00:00Z',
      sends: [],
      check: (customer) => expect(customer).toHaveBeenSuppressed('flash-reward', 'expired'),
    },
  ]);

  it('goes on after a refusal of the gate, of Twilio, and an answer that never came', async () => {
    const t = testJourneys(about);
    const people = await Promise.all(['a', 'b', 'c', 'd'].map((name) => t.customer(name)));
    t.gate('flash-reward', gate.suppressed('holdout'));
    t.twilio(
      'flash-reward',
      twilio.refuses('21211'),
      twilio.timesOut({ sent: true }),
      twilio.tooManyRequests(),
    );
    for (const one of people) await one.does('Visit Checked In', visit);
    await t.advance(minutes(120));
    const [a, b, c, d] = people;
    expect(a).toHaveBeenSuppressed('flash-reward', 'holdout');
    expect(b).toHaveBeenSuppressed('flash-reward-reminder', 'unreachable');
    expect(c).toHaveSent('flash-reward', { at: '2027-02-02T19:04:07Z' });
    expect(d).toHaveSent('flash-reward', { at: '2027-02-02T19:03:08Z' });
    for (const one of people) expect(one).toHaveEnded('completed');
  });

  it('keeps its word whatever happens, in whatever order, and whoever dies', async () => {
    const checked = checkHistories({
      ...about,
      apart: minutes(120),
      acts: [
        { event: 'Visit Checked In', properties: visit },
        { event: 'Visit Checked In', properties: { visitId: 'V2', providerId: 'P7' } },
        { event: 'Treatment Recorded', properties: { visitId: 'V1' } },
        { event: 'Offer Redeemed', properties: { offerId: 'any' } },
        { texts: 'STOP' },
        { texts: 'START' },
        { traits: { timezone: 'America/Los_Angeles' } },
      ],
      invariants: {
        'a reminder follows a reward of the same run by 90 minutes': (customer) => {
          const sent = customer.timeline('send').filter(({ status }) => status === 'reserved');
          return sent
            .filter(({ message }) => message === 'flash-reward-reminder')
            .every((reminder) => {
              const run = customer
                .timeline('enrollment')
                .find(
                  (one) => one['enrollmentId'] === reminder['enrollmentId'] && one['status'] === 'entered',
                );
              return run !== undefined && Date.parse(reminder.at) - Date.parse(run.at) >= 90 * 60_000;
            });
        },
      },
    });
    await expect(checked).resolves.toBeUndefined();
  });
});
