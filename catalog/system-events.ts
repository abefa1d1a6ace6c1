import { z } from 'zod';
import { event } from './define';

/** The events that Jornada itself makes; every tracking plan has them. */
export const systemEvents = {
  /** A customer came to another lifecycle stage; `from` is absent at the first. */
  'Lifecycle Stage Changed': event(
    z.looseObject({ from: z.string().optional(), to: z.enum(['new', 'active', 'inactive', 'reactivated']) }),
    { internal: true },
  ),
  /** A journey was launched to an audience that the customer is in. */
  'Audience Entered': event(z.looseObject({ audience: z.string(), launchId: z.string() }), {
    internal: true,
  }),
} as const;
