import type { Arm, Block, FlowNode, Step, StepNode, Test } from '../flow';
import { stepWords } from './step-words';

export type Look = 'start' | 'end' | 'send' | 'wait' | 'offer' | 'note' | 'question' | 'opaque';

/** What a drawing is made of, whatever draws it. */
export type Shape =
  | { readonly kind: 'box'; readonly look: Look; readonly lines: readonly string[] }
  /** A box with several ways out of it. */
  | {
      readonly kind: 'fork';
      readonly look: Look;
      readonly lines: readonly string[];
      readonly arms: readonly Lane[];
    }
  /** What belongs together: a loop's body, lanes side by side, a helper. */
  | { readonly kind: 'frame'; readonly title: string; readonly lanes: readonly Lane[] }
  /** The way ends, or goes on elsewhere. */
  | { readonly kind: 'leave'; readonly text: string };

export interface Lane {
  readonly label?: string;
  readonly shapes: readonly Shape[];
}

/** The shapes of a flow, top to bottom. */
export function shapesOf(block: Block, returns = 'completed'): Shape[] {
  const shapes: Shape[] = [];
  block.forEach((node, index) => {
    const next = block[index + 1];
    // A wait whose answer is asked at once is drawn with its ends.
    if (node.kind === 'step' && isAskedBy(next, node.step)) return;
    const before = block[index - 1];
    const asked = before?.kind === 'step' && isAskedBy(node, before.step) ? before : undefined;
    shapes.push(shapeOf(node, returns, asked));
  });
  return shapes;
}

function isAskedBy(node: FlowNode | undefined, step: Step): boolean {
  return (
    node?.kind === 'branch' &&
    node.test.answerOf === step &&
    (step.kind === 'waitFor' || step.kind === 'until')
  );
}

function shapeOf(node: FlowNode, returns: string, asked: StepNode | undefined): Shape {
  const lane = (body: Block, label?: string): Lane => ({
    shapes: shapesOf(body, returns),
    ...(label !== undefined && { label }),
  });
  switch (node.kind) {
    case 'step':
      return { kind: 'box', ...stepWords(node.step) };
    case 'branch': {
      const arms = node.arms.map((arm) => lane(arm.body, armLabel(node.test, arm, asked?.step)));
      return asked
        ? { kind: 'fork', ...stepWords(asked.step), arms }
        : { kind: 'fork', look: 'question', lines: [`${node.test.text}?`], arms };
    }
    case 'loop': {
      const endless = typeof node.bound !== 'number' ? ', as often as it takes' : '';
      return { kind: 'frame', title: `↻ ${node.head}${endless}`, lanes: [lane(node.body)] };
    }
    case 'parallel':
      return { kind: 'frame', title: `side by side: ${node.how}`, lanes: node.lanes.map((one) => lane(one)) };
    case 'try':
      return {
        kind: 'frame',
        title: 'try',
        lanes: [
          lane(node.body, 'first'),
          ...(node.onError ? [lane(node.onError, 'on an error')] : []),
          ...(node.always ? [lane(node.always, 'in any case')] : []),
        ],
      };
    case 'helper':
      return { kind: 'frame', title: `${node.name}()`, lanes: [{ shapes: shapesOf(node.body, 'returns') }] };
    case 'opaque':
      return { kind: 'box', look: 'opaque', lines: [node.text, `not read: ${node.why}`] };
    case 'leave':
      return {
        kind: 'leave',
        text: { return: returns, throw: 'fails', continue: 'next round', break: 'leaves the loop' }[node.how],
      };
  }
}

function armLabel(test: Test, { label }: Arm, asked: Step | undefined): string {
  if (!asked || (label !== 'yes' && label !== 'no')) return label;
  const isOk = (label === 'yes') !== (test.negated ?? false);
  if (asked.kind === 'until') return isOk ? 'then' : 'already past';
  return isOk ? 'arrived' : 'timed out';
}
