import { days, hours, minutes } from '../../catalog/duration';
import type { JourneyDefinition } from '../../ingest/deps';

/** Policies as those that ship, told apart by what the transaction decides. */
export const flashReward: JourneyDefinition = {
  id: 'flash-reward',
  policy: {
    version: 1,
    purpose: 'moment',
    enter: { on: 'Visit Checked In', key: 'visitId', maxAge: minutes(15) },
    reentry: { after: minutes(30) },
    exit: { on: 'Treatment Recorded', match: 'visitId' },
    goal: { on: 'Offer Redeemed', within: hours(2) },
    listens: ['Offer Redeemed'],
  },
};

export const onboarding: JourneyDefinition = {
  id: 'onboarding',
  policy: {
    version: 1,
    purpose: 'marketing',
    enter: { on: 'Account Registered' },
    reentry: 'never',
    during: 'new',
    listens: ['Feature Adopted'],
  },
};

export const reactivation: JourneyDefinition = {
  id: 'reactivation',
  policy: {
    version: 1,
    purpose: 'marketing',
    enter: { stage: 'inactive' },
    reentry: { after: days(90) },
    exit: { stage: 'reactivated' },
  },
};

export const featureHowTo: JourneyDefinition = {
  id: 'feature-how-to',
  policy: {
    version: 1,
    purpose: 'marketing',
    enter: { on: 'Feature Viewed', key: 'feature' },
    reentry: 'always',
    listens: ['Feature Adopted'],
  },
};

export const appointmentCare: JourneyDefinition = {
  id: 'appointment-care',
  policy: {
    version: 1,
    purpose: 'transactional',
    enter: { on: 'Appointment Booked', key: 'appointmentId' },
    reentry: 'never',
    exit: { on: 'Appointment Canceled', match: 'appointmentId' },
  },
};

/** Keyed by a property that need not be there. */
export const searchNudge: JourneyDefinition = {
  id: 'search-nudge',
  policy: {
    version: 1,
    purpose: 'marketing',
    enter: { on: 'Provider Searched', key: 'searchId' },
    reentry: 'always',
  },
};

/** Enters at any age. */
export const visitFollowUp: JourneyDefinition = {
  id: 'visit-follow-up',
  policy: {
    version: 1,
    purpose: 'moment',
    enter: { on: 'Visit Checked In', key: 'visitId' },
    reentry: 'never',
  },
};

export const shipped = [flashReward, onboarding, reactivation, featureHowTo, appointmentCare] as const;
