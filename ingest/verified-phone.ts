import { type Identifier, identifiersOf } from '../rules/identity/identifiers';
import type { IngestWorkspace } from './deps';
import type { IdentifiedEvent } from './identity-plan';
import { knownEvents } from './known-events';

/** The phone among the identifiers of an event that its owner has just proved to hold. */
export function verifiedPhone(
  { event, identifiers }: IdentifiedEvent,
  workspace: IngestWorkspace,
): Identifier | undefined {
  if (event.type !== 'track' || event.name !== knownEvents.phoneVerified) return undefined;
  const { type, properties = {} } = event;
  const [verified] = identifiersOf({ type, properties: { phone: properties.phone } }, workspace);
  return identifiers.find((one) => one.type === 'phone' && one.value === verified?.value);
}
