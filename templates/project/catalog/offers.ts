import { offer } from 'jornada/catalog';

/** What a journey can grant. */
export const offers = {
  'first-order': offer({ description: '10% off the first order' }),
};
