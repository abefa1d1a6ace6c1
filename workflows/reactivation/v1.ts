import { days, journey } from 'jornada';

/** Three messages, a week apart, to a customer gone quiet; any activity ends them. */
export const reactivation = journey(
  'reactivation',
  {
    version: 1,
    purpose: 'marketing',
    enter: { stage: 'inactive' },
    reentry: { after: days(90) },
    exit: { stage: 'reactivated' },
  },
  async (j) => {
    await j.send('reactivation-1');

    await j.wait(days(7));
    await j.send('reactivation-2');

    await j.wait(days(7));
    const offer = await j.grantOffer('reactivation-gift', { expiresIn: days(30) });
    await j.send('reactivation-3', { offer });
  },
);
