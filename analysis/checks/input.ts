import type { EventDefinition, MessageDefinition } from '../../catalog/define';
import type { Workspace } from '../../catalog/define-workspace';
import type { JourneyPolicy } from '../../catalog/policy';
import type { Template } from '../../catalog/define';
import type { JourneySource, Place } from '../flow';
import type { ReadTunables } from '../reading/read-folder';
import type { Unread } from '../reading/read-journeys';

/** A message of any catalog, in whatever languages it is written. */
export interface CheckedMessage extends Pick<MessageDefinition<never>, 'topic' | 'maxSegments'> {
  readonly text: { readonly [locale: string]: Template<never> };
  readonly sample: object;
}

/** The catalog as it is loaded: what an author wrote, evaluated. */
export interface CheckedCatalog {
  readonly events: { readonly [name: string]: Pick<EventDefinition, 'versions' | 'internal' | 'sentBy'> };
  readonly messages: { readonly [id: string]: CheckedMessage };
  readonly workspace: Pick<Workspace, 'locales' | 'caps' | 'holdout' | 'senders'>;
}

export interface JourneyToCheck {
  readonly id: string;
  readonly policy: JourneyPolicy;
}

export interface CheckInput {
  readonly catalog: CheckedCatalog;
  readonly journeys: readonly JourneyToCheck[];
  /** What their sources say, and what could not be read there. */
  readonly sources: readonly JourneySource[];
  readonly unread: readonly Unread[];
  readonly tunables: ReadTunables;
  /** Where an entry of the catalog stands, as far as its sources tell. */
  readonly placeOf: (part: 'events' | 'messages' | 'workspace', name: string) => Place;
  /** Names of events that have arrived of late; absent: nobody has looked. */
  readonly arrived?: ReadonlySet<string>;
}

/** A journey with its source. */
export interface ReadJourney extends JourneyToCheck {
  readonly source: JourneySource;
  /** `<id> v<version>` */
  readonly name: string;
}
