import { randomUUID } from 'node:crypto';
import { temporal } from '@temporalio/proto';
import type { Lab } from '../lab/lab';
import { until } from '../lab/time';
import type { Result } from '../measure/result';
import type { Contenders } from './contenders';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** What a run of three messages and two waits leaves in Temporal, and what Temporal's cloud would bill for it. */
export async function history(lab: Lab, contenders: Contenders): Promise<Result[]> {
  const [customer] = await contenders.fresh(1);
  const visitId = randomUUID();
  const event = {
    type: 'track',
    userId: customer?.userId,
    event: 'Treatment Recorded',
    properties: { visitId },
  };
  await contenders.post([event]);
  const events = await finished(contenders);
  const actions = billableActions(events);
  lab.say(`history: ${events.length} events, ${actions} billable actions`);
  return [
    {
      measure: 'history of 3 messages and 2 waits, events',
      ours: String(events.length),
      baseline: '',
      target: '≤ 24',
      met: events.length <= 24,
    },
    {
      measure: 'the same, billable actions',
      ours: String(actions),
      baseline: '',
      target: '≤ 6',
      met: actions <= 6,
    },
  ];
}

async function finished({ client }: Contenders): Promise<HistoryEvent[]> {
  const query = `WorkflowType = 'bench-three-texts.v1' and ExecutionStatus = 'Completed'`;
  let workflowId: string | undefined;
  await until('a run of three messages to end', async () => {
    for await (const run of client.workflow.list({ query })) workflowId = run.workflowId;
    return workflowId !== undefined;
  });
  const { events } = await client.workflow.getHandle(workflowId ?? '').fetchHistory();
  return events ?? [];
}

const { EventType } = temporal.api.enums.v1;

const billedEach = new Set([
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
  EventType.EVENT_TYPE_TIMER_STARTED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
  EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
  EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
]);

/** A start, a timer, a signal, an activity is one each; the local activities of one task are one together. */
export function billableActions(events: readonly HistoryEvent[]): number {
  const each = events.filter(({ eventType }) => eventType && billedEach.has(eventType)).length;
  const tasks = events.flatMap(({ markerRecordedEventAttributes: marker }) =>
    marker ? [String(marker.workflowTaskCompletedEventId)] : [],
  );
  return each + new Set(tasks).size;
}
