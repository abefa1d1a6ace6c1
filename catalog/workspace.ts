import { defineWorkspace } from 'jornada/catalog';

/** The workspace of the journeys that ship: the defaults, for the United States in two languages. */
export const workspace = defineWorkspace({
  timezone: 'America/New_York',
  country: 'US',
  locales: ['en', 'pt-BR'],
});
