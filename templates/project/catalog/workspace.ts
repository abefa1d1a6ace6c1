import { defineWorkspace } from 'jornada/catalog';

/** What holds where a journey, a message or a customer says nothing else: the configuration of your Jornada. */
export const workspace = defineWorkspace({
  timezone: 'America/New_York',
  country: 'US',
  locales: ['en', 'es'],
});
