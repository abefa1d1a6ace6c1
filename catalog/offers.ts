import { offer } from 'jornada/catalog';

/** What a journey can grant; the name is what the customer's record shows. */
export const offers = {
  'flash-reward': offer({ description: '20% off at the desk, on the day of the visit' }),
  'reactivation-gift': offer({ description: '20% off any visit, to come back' }),
  'provider-offer': offer({
    description: '20% off the first visit to a provider they looked for',
    codes: true,
  }),
};
