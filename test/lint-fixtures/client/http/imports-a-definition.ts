// passes
import { journeys } from '../../workflows/journeys';

export const names = journeys;
