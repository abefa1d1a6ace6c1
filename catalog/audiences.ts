import { audience, days } from 'jornada/catalog';

/** Sets of customers that journeys may be launched to. */
export const audiences = {
  'searched-without-redeeming': audience({
    all: [{ did: 'Provider Searched', within: days(30) }, { didNot: 'Offer Redeemed' }],
  }),
};
