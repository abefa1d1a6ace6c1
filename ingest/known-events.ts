/** Events of the plan that do something by themselves, whatever the journeys say. */
export const knownEvents = {
  /** Begins the stage `new`. */
  registered: 'Account Registered',
  /** The only one that moves a number from one profile to another. */
  phoneVerified: 'Phone Verified',
  /** Marks the customer's offer as redeemed. */
  offerRedeemed: 'Offer Redeemed',
  /** What enters a customer of an audience into the journey that was launched; made here alone. */
  audienceEntered: 'Audience Entered',
  /** Every move of a stage is one; made here alone. */
  stageChanged: 'Lifecycle Stage Changed',
} as const;
