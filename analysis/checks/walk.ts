import { elapsed } from '../../catalog/duration';
import type { Block, FlowNode, LoopNode, Step, StepNode } from '../flow';

/** Every node of a flow, with the loops around it, outermost first. */
export function* nodesOf(
  block: Block,
  loops: readonly LoopNode[] = [],
): Generator<{ node: FlowNode; loops: readonly LoopNode[] }> {
  for (const node of block) {
    yield { node, loops };
    const inner = node.kind === 'loop' ? [...loops, node] : loops;
    for (const part of partsOf(node)) yield* nodesOf(part, inner);
  }
}

/** Every step of one kind. */
export function* stepsOf<Kind extends Step['kind']>(
  block: Block,
  kind: Kind,
): Generator<StepNode & { step: Extract<Step, { kind: Kind }> }> {
  for (const { node } of nodesOf(block)) {
    if (node.kind === 'step' && isOf(node, kind)) yield node;
  }
}

function isOf<Kind extends Step['kind']>(
  node: StepNode,
  kind: Kind,
): node is StepNode & { step: Extract<Step, { kind: Kind }> } {
  return node.step.kind === kind;
}

/** The flow hides steps that are not seen here. */
export function hasOpaqueParts(block: Block): boolean {
  for (const { node } of nodesOf(block)) if (node.kind === 'opaque') return true;
  return false;
}

function partsOf(node: FlowNode): readonly Block[] {
  switch (node.kind) {
    case 'branch':
      return node.arms.map(({ body }) => body);
    case 'loop':
    case 'helper':
      return [node.body];
    case 'parallel':
      return node.lanes;
    case 'try':
      return [node.body, ...(node.onError ? [node.onError] : []), ...(node.always ? [node.always] : [])];
    case 'step':
    case 'opaque':
    case 'leave':
      return [];
  }
}

export type SendNode = StepNode & { step: Extract<Step, { kind: 'send' }> };

/** The sends that can be the first one of a run. */
export function firstSends(block: Block): SendNode[] {
  return [...new Set(firstsOf(block).sends)];
}

interface Firsts {
  readonly sends: readonly SendNode[];
  /** Without a send so far, the flow can go on from here in these ways. */
  readonly goesOn: ReadonlySet<'behind' | 'next round' | 'back to the caller'>;
}

function firstsOf(block: Block): Firsts {
  const sends: SendNode[] = [];
  const goesOn = new Set<'behind' | 'next round' | 'back to the caller'>();
  for (const node of block) {
    const found = firstsOfNode(node);
    sends.push(...found.sends);
    for (const way of found.goesOn) if (way !== 'behind') goesOn.add(way);
    if (!found.goesOn.has('behind')) return { sends, goesOn };
  }
  return { sends, goesOn: goesOn.add('behind') };
}

function firstsOfNode(node: FlowNode): Firsts {
  switch (node.kind) {
    case 'step':
      return isOf(node, 'send')
        ? { sends: [node], goesOn: new Set() }
        : { sends: [], goesOn: new Set(['behind']) };
    case 'leave':
      return { sends: [], goesOn: new Set(WAYS[node.how]) };
    case 'opaque':
      return { sends: [], goesOn: new Set(['behind']) };
    case 'loop': {
      const { sends, goesOn } = firstsOf(node.body);
      const passes = typeof node.bound !== 'number' || goesOn.has('behind') || goesOn.has('next round');
      const back = goesOn.has('back to the caller') ? (['back to the caller'] as const) : [];
      return { sends, goesOn: new Set([...back, ...(passes ? (['behind'] as const) : [])]) };
    }
    case 'helper': {
      const { sends, goesOn } = firstsOf(node.body);
      return { sends, goesOn: new Set(goesOn.size > 0 ? ['behind'] : []) };
    }
    case 'parallel': {
      const lanes = node.lanes.map(firstsOf);
      const passes = lanes.every(({ goesOn }) => goesOn.size > 0);
      return { sends: lanes.flatMap(({ sends }) => sends), goesOn: new Set(passes ? ['behind'] : []) };
    }
    case 'branch':
    case 'try': {
      const parts = partsOf(node).map(firstsOf);
      return {
        sends: parts.flatMap(({ sends }) => sends),
        goesOn: new Set(parts.flatMap(({ goesOn }) => [...goesOn])),
      };
    }
  }
}

const WAYS = {
  return: ['back to the caller'],
  throw: [],
  continue: ['next round'],
  break: ['next round'],
} as const;

/** A send that every run comes to, with the longest time it can be after the one before; undefined: not known. */
export interface SureSend {
  readonly node: SendNode;
  readonly withinMs: number | undefined;
}

/**
 * The sends of a flow that no branch decides on, in order, up to the first thing that may lead elsewhere. Loops whose
 * rounds are counted are walked through.
 */
export function sureSends(block: Block): SureSend[] {
  const line: SureSend[] = [];
  let sinceMs: number | undefined = 0;
  const walk = (nodes: Block): boolean => {
    for (const node of nodes) {
      switch (node.kind) {
        case 'step': {
          if (isOf(node, 'send')) {
            line.push({ node, withinMs: sinceMs });
            sinceMs = 0;
          } else {
            const most = longestOf(node.step);
            sinceMs = sinceMs === undefined || most === undefined ? undefined : sinceMs + most;
          }
          break;
        }
        case 'helper':
          if (!walk(node.body)) return false;
          break;
        case 'loop':
          if (typeof node.bound !== 'number') return false;
          for (let round = 0; round < Math.min(node.bound, 20); round++) if (!walk(node.body)) return false;
          break;
        default:
          return false;
      }
    }
    return true;
  };
  walk(block);
  return line;
}

/** The longest a step can take by itself, deferrals left aside. */
function longestOf(step: Step): number | undefined {
  switch (step.kind) {
    case 'wait':
      return step.duration.known ? Math.max(...step.duration.values.map(elapsed)) : undefined;
    case 'waitFor':
      return step.timeout?.known ? Math.max(...step.timeout.values.map(elapsed)) : undefined;
    case 'until':
    case 'call':
      return undefined;
    case 'send':
    case 'grantOffer':
    case 'profile':
    case 'outcome':
    case 'experiment':
      return 0;
  }
}
