/** What a journey file needs. */
export { days, type Duration, hours, minutes, seconds } from '../../catalog/duration';
export type * from '../../catalog/registry';
export type { Offer, SuppressionReason } from './contract';
export { type Flow, type Journey, journey } from './journey';
export type {
  Choice,
  EventArrived,
  FirstArrived,
  GrantOptions,
  JourneyEvent,
  JourneyRun,
  PointOptions,
  Profile,
  SendOptions,
  SendResult,
  TimedOut,
  Trigger,
  UntilAnswer,
  WaitForOptions,
  WaitOptions,
  Where,
} from './journey-run';
export { after, before, date, day, type Instant, localTime, type Target, type TimeOfDay } from './targets';
export { type Bounds, within } from './tunables';
