// passes
import { eventsSignal } from '../workflows/runtime/contract';
import { findProfile } from '../store/profiles';

export const used = [eventsSignal, findProfile];
