// fails: eslint(no-restricted-imports)
import type { Profile } from '../../store/profiles';

export const id = (profile: Profile): string => profile.id;
