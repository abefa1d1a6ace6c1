import { hours, journey, minutes } from 'jornada';

export const mistaken = journey(
  'misspelled-property',
  {
    version: 1,
    purpose: 'moment',
    enter: { on: 'Visit Checked In', key: 'visitId' },
    reentry: 'always',
    listens: ['Offer Redeemed'],
  },
  async (j, visit) => {
    // mistake: Property 'visitID' does not exist
    await j.outcome('visit', visit.visitID);
    const offer = await j.grantOffer('flash-reward', { expiresIn: hours(2) });
    // mistake: 'offerID' does not exist
    await j.waitFor('Offer Redeemed', { where: { offerID: offer.id }, timeout: minutes(90) });
  },
);
