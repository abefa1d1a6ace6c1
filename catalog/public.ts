/** What a catalog is written with: `jornada/catalog`. */
export { audience, type Condition } from './audience';
export {
  event,
  type EventDefinition,
  type EventOptions,
  message,
  type MessageDefinition,
  offer,
  type OfferDefinition,
  type Template,
  type TemplateContext,
  trait,
  type TraitDefinition,
  type TraitOptions,
} from './define';
export { defineWorkspace, type Workspace, type WorkspaceOptions } from './define-workspace';
export { days, type Duration, hours, minutes, seconds } from './duration';
export { systemEvents } from './system-events';
/** Properties are described with zod; this is the copy that Jornada judges with. */
export { z } from 'zod';
