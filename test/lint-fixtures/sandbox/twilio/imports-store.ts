// fails: eslint(no-restricted-imports)
import { openDatabase } from '../../store/database';

export const open = openDatabase;
