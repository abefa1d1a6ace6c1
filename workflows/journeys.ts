import type { Journey } from 'jornada';
import { appointmentCare } from './appointment-care/v1';
import { featureHowTo } from './feature-how-to/v1';
import { flashReward } from './flash-reward/v1';
import { onboarding } from './onboarding/v1';
import { providerOffer } from './provider-offer/v1';
import { reactivation } from './reactivation/v1';

/** Every published version of every journey. The last version of an id takes new enrollments; the others finish theirs. */
export const journeys: readonly Journey[] = [
  onboarding,
  reactivation,
  flashReward,
  featureHowTo,
  appointmentCare,
  providerOffer,
];
