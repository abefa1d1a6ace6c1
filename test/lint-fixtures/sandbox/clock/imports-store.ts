// passes
import { openDatabase } from '../../store/database';

export const open = openDatabase;
