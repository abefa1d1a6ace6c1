import { event, systemEvents, z } from 'jornada/catalog';

/** The tracking plan: what your services send, and with which properties. Anything else is put in quarantine. */
export const events = {
  ...systemEvents,
  'Account Registered': event(z.looseObject({}), { sentBy: ['app'] }),
  'Order Completed': event(z.looseObject({ orderId: z.string(), total: z.number().optional() }), {
    sentBy: ['shop'],
  }),
};
