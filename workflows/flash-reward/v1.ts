import { hours, journey, minutes } from 'jornada';

/** A reward while the patient is at the desk, and one reminder if it is not used. */
export const flashReward = journey(
  'flash-reward',
  {
    version: 1,
    purpose: 'moment',
    enter: { on: 'Visit Checked In', key: 'visitId', maxAge: minutes(15) },
    reentry: { after: minutes(30) },
    exit: { on: 'Treatment Recorded', match: 'visitId' },
    goal: { on: 'Offer Redeemed', within: hours(2) },
    listens: ['Offer Redeemed'],
  },
  async (j) => {
    const offer = await j.grantOffer('flash-reward', { expiresIn: hours(2) });
    await j.send('flash-reward', { offer });

    const redeemed = await j.waitFor('Offer Redeemed', {
      where: { offerId: offer.id },
      timeout: minutes(90),
    });
    if (!redeemed.ok) await j.send('flash-reward-reminder', { offer });
  },
);
