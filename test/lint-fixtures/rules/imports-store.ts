// fails: eslint(no-restricted-imports)
import { findProfile } from '../store/profiles';

export const find = findProfile;
