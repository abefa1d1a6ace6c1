import { before, hours, journey } from 'jornada';

/** Confirms a booking, and reminds a day ahead; who books later than that needs no reminder. */
export const appointmentCare = journey(
  'appointment-care',
  {
    version: 1,
    purpose: 'transactional',
    enter: { on: 'Appointment Booked', key: 'appointmentId' },
    reentry: 'never',
    exit: { on: 'Appointment Canceled', match: 'appointmentId' },
  },
  async (j, { startsAt }) => {
    await j.send('appointment-confirmation', { startsAt });

    const dayAhead = await j.until(before(startsAt, hours(24)));
    if (dayAhead.ok) await j.send('appointment-reminder', { startsAt }, { deadline: startsAt });
  },
);
