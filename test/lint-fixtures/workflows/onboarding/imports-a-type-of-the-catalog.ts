// passes
import { days } from '../../catalog/duration';
import type { EventName } from '../../catalog/events';
import { journey } from 'jornada';

export const onboarding = (on: EventName) => journey('onboarding', { on, after: days(3) });
