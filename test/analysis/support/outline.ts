import type { Block, FlowNode, Step } from '../../../analysis/flow';
import { stepWords } from '../../../analysis/diagram/step-words';
import { readJourneys } from '../../../analysis/reading/read-journeys';

/** A flow as an indented text, a line each, to be compared with. */
export function outline(block: Block): string[] {
  return block.flatMap(lines);
}

/** The outline of a flow whose body is given, with `module` before it. */
export function outlineOf(body: string, module = ''): string[] {
  const text = `${module}\nexport const one = journey('one', { version: 1 }, async (j, trigger) => {\n${body}\n});`;
  const { journeys, unread } = readJourneys('one.ts', text);
  if (unread.length > 0) throw new Error(unread.map(({ why }) => why).join());
  return outline(journeys[0]?.flow ?? []);
}

function lines(node: FlowNode): string[] {
  const inner = (title: string, block: Block) => [title, ...outline(block).map((line) => `  ${line}`)];
  switch (node.kind) {
    case 'step':
      return [words(node.step)];
    case 'branch':
      return node.arms.flatMap(({ label, body }) => inner(`${node.test.text}: ${label}`, body));
    case 'loop':
      return inner(`${node.head} [${node.bound}]`, node.body);
    case 'parallel':
      return node.lanes.flatMap((lane, index) => inner(`${node.how} ${index + 1}`, lane));
    case 'try':
      return [
        ...inner('try', node.body),
        ...(node.onError ? inner('catch', node.onError) : []),
        ...(node.always ? inner('finally', node.always) : []),
      ];
    case 'helper':
      return inner(`${node.name}()`, node.body);
    case 'opaque':
      return [`opaque: ${node.why}`];
    case 'leave':
      return [node.how];
  }
}

const words = (step: Step): string => stepWords(step).lines.join(', ');
