import { journeys } from './journeys';
import { journeyWorkflow } from './runtime/workflow';

export { reconcile, sweep } from './upkeep';

/** Entry of the workflow bundle: as default export it is the workflow of every journey's type. */
export default journeyWorkflow(journeys);
