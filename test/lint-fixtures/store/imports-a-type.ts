// passes
import type { EventName } from '../catalog/events';

export const first = (names: EventName[]): EventName[] => names.slice(0, 1);
