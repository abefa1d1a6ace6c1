/** What a journey can grant; the name is what the customer's record shows. */
export const offers = {
  'flash-reward': { description: '20% off at the desk, on the day of the visit' },
  'reactivation-gift': { description: '20% off any visit, to come back' },
} as const;
