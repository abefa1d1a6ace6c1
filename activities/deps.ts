import type { Logger } from 'pino';
import type { EventDefinition, TraitDefinition } from '../catalog/define';
import type { Duration } from '../catalog/duration';
import type { JourneyPolicy } from '../catalog/policy';
import type { FrequencyCap, Holdout, Pace, Sender, Topic } from '../catalog/sending';
import type { QuietHours } from '../rules/quiet-hours';
import type { AnyMessage, Locales } from '../rules/render';
import type { Database } from '../store/database';
import type { MessagingProvider } from './provider/provider';

/** What the activities work with. They own none of it: whoever opened it closes it. */
export interface ActivityDeps {
  readonly pool: Database;
  readonly provider: MessagingProvider;
  readonly catalog: Catalog;
  readonly workspace: Workspace;
  /** Every version of every journey that may still have runs. */
  readonly journeys: readonly { readonly id: string; readonly policy: JourneyPolicy }[];
  /** Where the provider reaches the webhooks, without a slash at the end. */
  readonly publicUrl: string;
  readonly log: Log;
}

export interface Catalog {
  readonly events: { readonly [name: string]: EventDefinition };
  readonly messages: { readonly [id: string]: AnyMessage };
  readonly traits: { readonly [trait: string]: TraitDefinition };
}

/** The part of the workspace's settings that activities go by. */
export interface Workspace {
  /** IANA */
  readonly timezone: string;
  readonly locales: Locales;
  readonly quietHours: QuietHours;
  readonly grace: Duration;
  readonly caps: readonly FrequencyCap[];
  readonly holdout: Holdout;
  readonly topics: { readonly [topic: string]: Topic };
  readonly senders: { readonly [sender: string]: Sender };
  readonly pace: Pace;
}

export type Log = Pick<Logger, 'info' | 'warn' | 'error'>;
