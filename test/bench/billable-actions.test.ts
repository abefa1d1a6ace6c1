import { temporal } from '@temporalio/proto';
import { billableActions } from '../../bench/engine/history';

const { EventType } = temporal.api.enums.v1;
const marker = (task: number) => ({
  eventType: EventType.EVENT_TYPE_MARKER_RECORDED,
  markerRecordedEventAttributes: { workflowTaskCompletedEventId: String(task) as never },
});

it('bills a start, each timer and each signal, and the local activities of a task as one', () => {
  expect(
    billableActions([
      { eventType: EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED },
      { eventType: EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED },
      { eventType: EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED },
      marker(4),
      marker(4),
      { eventType: EventType.EVENT_TYPE_TIMER_STARTED },
      { eventType: EventType.EVENT_TYPE_TIMER_FIRED },
      { eventType: EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED },
      marker(9),
      { eventType: EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED },
    ]),
  ).toBe(5);
});
