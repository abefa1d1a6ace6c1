import { journey, type Journey, seconds } from '../../workflows/runtime';

/** The least that a journey can do: one text. */
const oneText = journey(
  'bench-one-text',
  {
    version: 1,
    purpose: 'transactional',
    enter: { on: 'Appointment Booked', key: 'appointmentId' },
    reentry: 'never',
  },
  async (j, { startsAt }) => {
    await j.send('appointment-confirmation', { startsAt });
  },
);

/** Three messages and two waits. */
const threeTexts = journey(
  'bench-three-texts',
  {
    version: 1,
    purpose: 'transactional',
    enter: { on: 'Treatment Recorded', key: 'visitId' },
    reentry: 'never',
  },
  async (j) => {
    const startsAt = '2030-01-02T15:00:00.000Z';
    await j.send('appointment-confirmation', { startsAt });
    await j.wait(seconds(1));
    await j.send('appointment-reminder', { startsAt });
    await j.wait(seconds(1));
    await j.send('appointment-confirmation', { startsAt });
  },
);

export const journeys: readonly Journey[] = [oneText, threeTexts];
