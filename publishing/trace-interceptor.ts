import { proxySinks, type WorkflowInterceptorsFactory } from '@temporalio/workflow';
import type { TraceSinks } from './trace';

const { trace } = proxySinks<TraceSinks>();

/** Part of a bundle that is replayed to see what its code asks for; never of one that runs. */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleLocalActivity(input, next) {
        trace.asked({ kind: input.activityType, what: input.options.summary ?? input.activityType });
        return next(input);
      },
      startTimer(input, next) {
        trace.asked({ kind: 'timer', what: input.options?.summary ?? 'wait' });
        return next(input);
      },
      continueAsNew(input, next) {
        trace.asked({ kind: 'continue', what: 'go on in a new history' });
        return next(input);
      },
    },
  ],
});
