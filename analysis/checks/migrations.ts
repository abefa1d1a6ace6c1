import type { Block } from '../flow';
import type { Finding } from './finding';
import type { ReadJourney } from './input';
import { hasOpaqueParts, nodesOf } from './walk';

/** Runs that a version takes over: from a version before it, at a wait that both of them have by name. */
export function checkMigrations(read: ReadJourney, all: readonly ReadJourney[]): Finding[] {
  const { id, policy, source, name: journey } = read;
  return (policy.migrations ?? []).flatMap(({ from, at, resumeAt = at }): Finding[] => {
    const place = { at: source.policy.places.migrations ?? source.policy.at, journey };
    const before = all.find((one) => one.id === id && one.policy.version === from);
    const wrong =
      from >= policy.version || !before
        ? `There is no version ${from} of ${id} before this one to take runs from: list it, or drop the migration.`
        : lacks(before.source.flow, at)
          ? `Version ${from} of ${id} has no wait named "${at}", so nobody sleeps there: correct the name.`
          : lacks(source.flow, resumeAt)
            ? `${journey} has no wait named "${resumeAt}", so who is taken over could not go on: name the wait, or give \`resumeAt\` another.`
            : undefined;
    return wrong === undefined ? [] : [{ code: 'MIGRATION_IMPOSSIBLE', ...place, sentence: wrong }];
  });
}

/** Whether it can be told that no wait of the flow has that name. */
function lacks(flow: Block, point: string): boolean {
  if (hasOpaqueParts(flow)) return false;
  for (const { node } of nodesOf(flow)) {
    if (node.kind !== 'step' || !('name' in node.step) || !node.step.name) continue;
    if (node.step.kind !== 'wait' && node.step.kind !== 'until' && node.step.kind !== 'waitFor') continue;
    if (!node.step.name.known || node.step.name.values.includes(point)) return false;
  }
  return true;
}
