import { defineWorkspace, message } from 'jornada/catalog';

export const missingLocale = message({
  // mistake: Property '"pt-BR"' is missing
  text: { en: () => 'Hello' },
  sample: {},
});

export const misspelledData = message<{ feature: string }>({
  // mistake: Property 'featur' does not exist
  text: { en: (c) => c.featur, 'pt-BR': (c) => c.feature },
  sample: { feature: 'find-provider' },
});

export const missingSample = message<{ feature: string }>({
  text: { en: (c) => c.feature, 'pt-BR': (c) => c.feature },
  // mistake: 'feature' is missing
  sample: {},
});

// mistake: '[]' is not assignable
export const noLocale = defineWorkspace({ locales: [] });
