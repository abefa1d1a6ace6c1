import { event, systemEvents, z } from 'jornada/catalog';

const id = z.union([z.string(), z.number()]);

const app = { sentBy: ['app'] };
const clinic = { sentBy: ['clinic'] };
const booking = { sentBy: ['booking'] };

/** The tracking plan: every event that services may send, and the ones Jornada makes. */
export const events = {
  ...systemEvents,
  'Account Registered': event(z.looseObject({}), app),
  'App Opened': event(z.looseObject({}), app),
  'Phone Verified': event(z.looseObject({ phone: z.string() }), { ...app, pii: ['phone'] }),
  'Provider Searched': event(z.looseObject({ specialty: z.string().optional(), searchId: id.optional() }), {
    ...app,
    versions: { 2: z.looseObject({ specialty: z.string(), searchId: id.optional() }) },
  }),
  'Visit Checked In': event(z.looseObject({ visitId: id, providerId: id }), clinic),
  'Treatment Recorded': event(z.looseObject({ visitId: id }), clinic),
  'Offer Redeemed': event(z.looseObject({ offerId: id, amount: z.number().optional() }), clinic),
  'Feature Viewed': event(z.looseObject({ feature: z.string() }), app),
  'Feature Adopted': event(z.looseObject({ feature: z.string() }), app),
  'Appointment Booked': event(
    z.looseObject({ appointmentId: id, startsAt: z.iso.datetime({ offset: true }) }),
    booking,
  ),
  'Appointment Canceled': event(z.looseObject({ appointmentId: id }), booking),
  'Order Completed': event(z.looseObject({ units: z.number().optional(), revenue: z.number().optional() }), {
    sentBy: ['shop'],
  }),
} as const;
