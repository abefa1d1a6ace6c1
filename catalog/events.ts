import { z } from 'zod';
import { event } from './define';

const id = z.union([z.string(), z.number()]);

/** The tracking plan: every event that services may send, and the ones Jornada makes. */
export const events = {
  'Account Registered': event(z.looseObject({})),
  'App Opened': event(z.looseObject({})),
  'Phone Verified': event(z.looseObject({ phone: z.string() }), { pii: ['phone'] }),
  'Provider Searched': event(z.looseObject({ specialty: z.string().optional(), searchId: id.optional() }), {
    versions: { 2: z.looseObject({ specialty: z.string(), searchId: id.optional() }) },
  }),
  'Visit Checked In': event(z.looseObject({ visitId: id, providerId: id })),
  'Treatment Recorded': event(z.looseObject({ visitId: id })),
  'Offer Redeemed': event(z.looseObject({ offerId: id, amount: z.number().optional() })),
  'Feature Viewed': event(z.looseObject({ feature: z.string() })),
  'Feature Adopted': event(z.looseObject({ feature: z.string() })),
  'Appointment Booked': event(
    z.looseObject({ appointmentId: id, startsAt: z.iso.datetime({ offset: true }) }),
  ),
  'Appointment Canceled': event(z.looseObject({ appointmentId: id })),
  'Order Completed': event(z.looseObject({ units: z.number().optional(), revenue: z.number().optional() })),
  'Lifecycle Stage Changed': event(
    z.looseObject({ from: z.string().optional(), to: z.enum(['new', 'active', 'inactive', 'reactivated']) }),
    { internal: true },
  ),
} as const;
