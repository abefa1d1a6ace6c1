// fails: eslint(no-restricted-imports)
import { onboarding } from '../workflows/onboarding/v1';

export const journey = onboarding;
