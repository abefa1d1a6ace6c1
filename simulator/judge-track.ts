import type { AcceptedEvent } from '../ingest/accepted-event';
import { EventRefused } from './errors';
import type { SimulatedProject } from './project';

/** Throws {@link EventRefused} for what the tracking plan does not take: a server would set it aside. */
export function judgeTrack(
  { events }: SimulatedProject,
  { name = '', properties = {}, context }: AcceptedEvent,
): void {
  const definition = Object.hasOwn(events, name) ? events[name] : undefined;
  if (!definition || definition.internal) throw new EventRefused(name, 'the tracking plan has no such event');
  const stated = (context?.protocols as { event_version?: unknown } | undefined)?.event_version;
  const version = stated ?? definition.defaultVersion;
  const schema = typeof version === 'number' ? definition.versions[version] : undefined;
  if (!schema)
    throw new EventRefused(name, `the tracking plan has no version ${JSON.stringify(version)} of it`);
  const judged = schema.safeParse(properties);
  if (judged.success) return;
  const problems = judged.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'properties'}: ${message}`,
  );
  throw new EventRefused(name, problems.join('; '));
}
