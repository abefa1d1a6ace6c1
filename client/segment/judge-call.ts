import type { Source } from '../../store/sources';
import type { RejectedEvent } from './answers';
import type { JudgedEvent } from './commit-events';
import { type JudgeOptions, judgeEvent } from './judge-event';
import type { Call } from './parse-call';
import type { Violation } from './violation';

export interface JudgedCall {
  /** What there is to commit, good events and bad ones in their order, with their places in the call. */
  readonly places: ReadonlyMap<JudgedEvent, number>;
  /** What will not take effect. */
  readonly rejected: readonly RejectedEvent[];
}

export function judgeCall(call: Call, source: Source, options: JudgeOptions): JudgedCall {
  const { items, ...shared } = call;
  const places = new Map<JudgedEvent, number>();
  const rejected: RejectedEvent[] = [];
  for (const [index, item] of items.entries()) {
    const judgement = judgeEvent(item, { ...shared, source }, options);
    if (judgement.verdict === 'refused') {
      const { code, message, messageId } = judgement;
      rejected.push({
        index,
        ...(messageId !== undefined && { messageId }),
        code,
        details: [{ path: '', code, message }],
      });
      continue;
    }
    places.set(judgement, index);
    if (judgement.verdict === 'quarantined') {
      rejected.push(rejection(index, judgement, judgement.row.violations));
    }
  }
  return { places, rejected };
}

export function rejection(
  index: number,
  { row }: JudgedEvent,
  violations: readonly Violation[],
): RejectedEvent {
  return { index, messageId: row.messageId, code: violations[0]?.code ?? 'internal', details: violations };
}
