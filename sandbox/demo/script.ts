import { anna, bruno, carla, type CastMember, daniel, elena, registration } from './cast';
import type { World } from './world';

export interface Act {
  readonly at: string;
  readonly does: (world: World) => Promise<void> | void;
  /** The phone that should ring within seconds of it. */
  readonly textTo?: string;
}

const consent = ({ phone }: CastMember) => ({
  messaging_subscriptions: [{ key: phone, type: 'SMS' as const, status: 'SUBSCRIBED' as const }],
});

function introduce({ segment }: World, member: CastMember): void {
  const { userId, name, phone, locale, timezone } = member;
  segment.identify({
    userId,
    traits: { firstName: name, phone, ...(locale && { locale }), ...(timezone && { timezone }) },
    context: consent(member),
  });
}

/** When the last of the cast has ended what she began. */
export const curtain = '2027-04-25T12:00:00Z';

/** What the customers do, in order of time. All but Anna are known to the app from the start. */
export const script: readonly Act[] = [
  {
    // The clinic knows Anna by phone alone; its record has an id of its own, not the app's.
    at: '2027-01-02T16:00:00Z',
    does: ({ segment }) => {
      segment.identify({
        anonymousId: 'clinic-4711',
        traits: { firstName: anna.name, phone: '(212) 555-0142' },
        context: consent(anna),
      });
    },
  },
  {
    at: registration,
    does: (world) => {
      const { segment } = world;
      for (const member of [bruno, carla, daniel, elena]) introduce(world, member);
      segment.track({
        userId: anna.userId,
        event: 'Account Registered',
        context: { traits: { phone: anna.phone } },
      });
      segment.track({ userId: daniel.userId, event: 'Account Registered' });
      segment.track({ userId: elena.userId, event: 'Account Registered' });
    },
  },
  { at: '2027-01-06T14:00:00Z', does: ({ reply }) => reply(elena.phone, 'PARE') },
  {
    at: '2027-01-12T18:00:00Z',
    does: ({ segment }) => {
      segment.track({
        userId: anna.userId,
        event: 'Feature Adopted',
        properties: { feature: 'find-provider' },
      });
    },
  },
  {
    at: '2027-02-02T19:03:07Z',
    does: ({ segment }) => {
      segment.track({
        userId: bruno.userId,
        event: 'Visit Checked In',
        properties: { visitId: 'V-1', providerId: 'P-7' },
      });
    },
    textTo: bruno.phone,
  },
  {
    at: '2027-02-02T19:04:00Z',
    does: ({ segment }) => {
      segment.track({
        userId: carla.userId,
        event: 'Visit Checked In',
        properties: { visitId: 'V-2', providerId: 'P-7' },
      });
    },
    textTo: carla.phone,
  },
  {
    at: '2027-02-02T19:20:00Z',
    does: async ({ segment, customer }) => {
      const { offers } = await customer(`user_id:${bruno.userId}`);
      const [offer] = offers;
      if (!offer) throw new Error('Bruno was granted no offer.');
      const properties = { offerId: offer.offerId, amount: 20 };
      segment.track({ userId: bruno.userId, event: 'Offer Redeemed', properties });
    },
  },
  {
    at: '2027-02-15T16:00:00Z',
    does: ({ segment }) => {
      segment.track({ userId: daniel.userId, event: 'App Opened' });
    },
  },
  {
    at: '2027-03-01T16:00:00Z',
    does: ({ segment }) => {
      segment.track({ userId: anna.userId, event: 'App Opened' });
    },
  },
  {
    at: '2027-04-19T15:00:00Z',
    does: ({ segment }) => {
      segment.track({ userId: daniel.userId, event: 'App Opened' });
    },
  },
];
