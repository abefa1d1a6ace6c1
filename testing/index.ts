/** Tests of journeys in milliseconds, without a server. Importing it adds the matchers to `expect`. */
import './register-matchers';

export type { TimelineItem } from '../simulator/timeline';
export type { CustomerOptions, EventDetails, TestCustomer, TestOffer } from './customer';
export { type JourneyTest, testJourneys } from './journey-test';
export { matchers, type SendExpectation } from './matchers';
export { mishaps } from './mishaps';
export type { TestOptions } from './options';
export { type Act, checkHistories, type HistoryOptions, type Invariant } from './histories';
export { type Happening, type Scenario, scenarios } from './scenarios';
export { gate, twilio, type TwilioAnswer } from './script';
export { timelineText } from './timeline-text';
