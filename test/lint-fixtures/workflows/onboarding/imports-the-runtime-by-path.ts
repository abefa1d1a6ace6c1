// fails: eslint(no-restricted-imports)
import { journey } from '../runtime';

export const onboarding = journey;
