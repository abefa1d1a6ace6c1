import type { Journey } from 'jornada';
import { welcome } from './welcome/v1';

/** Every version of every journey. The last one of an id takes new enrollments; the others finish theirs. */
export const journeys: readonly Journey[] = [welcome];
