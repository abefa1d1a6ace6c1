import { journeyWorkflow } from '../../workflows/runtime/workflow';
import { journeys } from './journeys';

export { reconcile, sweep } from '../../workflows/upkeep';

/** Entry of the bundle that the benchmarks run. */
export default journeyWorkflow(journeys);
