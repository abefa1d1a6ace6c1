import { defineQuery, defineSignal, setHandler, workflowInfo } from '@temporalio/workflow';
import type { Delivery, Waiting } from './contract';
import { Enrollment } from './enrollment';
import { JourneyMistake } from './errors';
import type { Journey } from './journey';
import { EVENTS_SIGNAL, WAITING_QUERY } from './names';
import { runJourney } from './run-journey';
import { type JourneyWorkflow, TemporalEngine } from './temporal-engine';

/**
 * The SDK takes down a stack trace for each promise, and keeps it while the promise is pending: of ten frames they are a
 * fifth of what a sleeping run takes of the heap. Four tell where an error was thrown, and who called. To be set while
 * the runs' common modules load, after which `Error` is frozen.
 */
Reflect.set(Error, 'stackTraceLimit', 4);

const eventsSignal = defineSignal<[readonly Delivery[]]>(EVENTS_SIGNAL);
const waitingQuery = defineQuery<Waiting>(WAITING_QUERY);

/**
 * The one workflow under all journeys, as the default export of a bundle: it runs the journey named by the workflow's type,
 * `<journey>.v<version>`. A type it does not know waits for the deployment that does.
 */
export function journeyWorkflow(journeys: readonly Journey[]): JourneyWorkflow {
  const byType = new Map<string, Journey>();
  for (const journey of journeys) {
    const type = `${journey.id}.v${journey.policy.version}`;
    if (byType.has(type)) throw new JourneyMistake('JOURNEY_INVALID', `There are two journeys ${type}.`);
    byType.set(type, journey);
  }
  return async (input) => {
    const type = workflowInfo().workflowType;
    const journey = byType.get(type);
    if (!journey) throw new JourneyMistake('JOURNEY_UNKNOWN', `This deployment has no journey ${type}.`);
    const run = new Enrollment(input, new TemporalEngine(input));
    setHandler(eventsSignal, (deliveries) => run.receive(deliveries));
    setHandler(waitingQuery, () => run.waiting());
    return runJourney(journey, run);
  };
}
