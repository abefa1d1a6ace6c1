// fails: eslint(no-restricted-imports)
import { testDatabase } from '../../test/support/database';

export const database = testDatabase;
