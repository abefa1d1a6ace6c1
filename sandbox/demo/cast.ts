/** A customer of the demo, the texts she should and should not get, and how her runs should end. */
export interface CastMember {
  readonly name: string;
  readonly userId: string;
  readonly phone: string;
  readonly story: string;
  readonly locale?: string;
  readonly timezone?: string;
  /** Message id and the instant it should go out, in order, and nothing besides. */
  readonly texts: readonly Due[];
  /** The same of what should be suppressed. Default: nothing. */
  readonly suppressed?: readonly Due[];
  /** Ends of her runs, as `journey: status`, in order. */
  readonly ends: readonly string[];
}

/** A message's id, and its instant. */
export type Due = readonly [message: string, at: string];

/** Registered 4 January 2027 at 10:00 in New York; day zero of all of them. */
export const registration = '2027-01-04T15:00:00Z';

/** Parts 1 to 10 of onboarding for someone in New York: at once, then at 10:00 local; the clocks change on 14 March. */
const onboardingTexts = [
  ['onboarding-1', registration],
  ['onboarding-2', '2027-01-06T15:00:00Z'],
  ['onboarding-3', '2027-01-09T15:00:00Z'],
  ['onboarding-4', '2027-01-13T15:00:00Z'],
  ['onboarding-5', '2027-01-18T15:00:00Z'],
  ['onboarding-6', '2027-01-25T15:00:00Z'],
  ['onboarding-7', '2027-02-03T15:00:00Z'],
  ['onboarding-8', '2027-02-18T15:00:00Z'],
  ['onboarding-9', '2027-03-05T15:00:00Z'],
  ['onboarding-10', '2027-03-25T14:00:00Z'],
] as const;

export const anna: CastMember = {
  name: 'Anna',
  userId: 'anna',
  phone: '+12125550142',
  story: 'added by her clinic, registers by phone, learns to find a provider by herself',
  texts: onboardingTexts.filter(([message]) => message !== 'onboarding-4'),
  ends: ['onboarding: completed'],
};

export const bruno: CastMember = {
  name: 'Bruno',
  userId: 'bruno',
  phone: '+12125550143',
  story: 'checks in, gets a reward in seconds, redeems it at the desk',
  texts: [['flash-reward', '2027-02-02T19:03:07Z']],
  ends: ['flash-reward: converted'],
};

export const carla: CastMember = {
  name: 'Carla',
  userId: 'carla',
  phone: '+12125550144',
  story: 'checks in, ignores the reward, is reminded once',
  texts: [
    ['flash-reward', '2027-02-02T19:04:00Z'],
    ['flash-reward-reminder', '2027-02-02T20:34:00Z'],
  ],
  ends: ['flash-reward: completed'],
};

export const daniel: CastMember = {
  name: 'Daniel',
  userId: 'daniel',
  phone: '+12125550145',
  story: 'goes quiet after 15 February, hears from us 60 days later, comes back',
  texts: [...onboardingTexts, ['reactivation-1', '2027-04-16T16:00:00Z']],
  ends: ['onboarding: completed', 'reactivation: exited'],
};

export const elena: CastMember = {
  name: 'Elena',
  userId: 'elena',
  phone: '+5511912345678',
  locale: 'pt-BR',
  timezone: 'America/Sao_Paulo',
  story: 'answers PARE to the second part, and hears nothing more',
  texts: [
    ['onboarding-1', registration],
    ['onboarding-2', '2027-01-06T13:00:00Z'],
  ],
  // Both journeys walk their way, and every text of them is refused.
  suppressed: [
    ['onboarding-3', '2027-01-09T13:00:00Z'],
    ['onboarding-4', '2027-01-13T13:00:00Z'],
    ['onboarding-5', '2027-01-18T13:00:00Z'],
    ['onboarding-6', '2027-01-25T13:00:00Z'],
    ['onboarding-7', '2027-02-03T13:00:00Z'],
    ['onboarding-8', '2027-02-18T13:00:00Z'],
    ['onboarding-9', '2027-03-05T13:00:00Z'],
    ['onboarding-10', '2027-03-25T13:00:00Z'],
    ['reactivation-1', '2027-04-04T03:00:00Z'],
    ['reactivation-2', '2027-04-11T03:00:00Z'],
    ['reactivation-3', '2027-04-18T03:00:00Z'],
  ],
  ends: ['onboarding: completed', 'reactivation: completed'],
};

export const cast: readonly CastMember[] = [anna, bruno, carla, daniel, elena];
