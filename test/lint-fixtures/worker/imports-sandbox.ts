// fails: eslint(no-restricted-imports)
import { startPostgres } from '../sandbox/postgres/start';

export const start = startPostgres;
