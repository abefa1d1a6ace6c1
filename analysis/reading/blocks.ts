import type { Block } from '../flow';

export function isEmpty(...blocks: readonly (Block | undefined)[]): boolean {
  return blocks.every((block) => !block || block.length === 0);
}

/** Whether anything but leaving happens in it. */
export function hasSteps(block: Block): boolean {
  return block.some((node) => {
    switch (node.kind) {
      case 'leave':
        return false;
      case 'branch':
        return node.arms.some(({ body }) => hasSteps(body));
      case 'try':
        return [node.body, node.onError, node.always].some((part) => part && hasSteps(part));
      case 'loop':
      case 'helper':
        return hasSteps(node.body);
      case 'parallel':
        return node.lanes.some(hasSteps);
      case 'step':
      case 'opaque':
        return true;
    }
  });
}
