// passes
import { days } from '../catalog/duration';

export const week = days(7);
