import type { Condition } from '../catalog/audience';
import type { EventDefinition, TraitDefinition } from '../catalog/define';
import type { Workspace } from '../catalog/define-workspace';
import type { AnyMessage } from '../rules/render';
import type { Mishaps } from '../simulator/virtual-run';
import type { Journey } from '../workflows/runtime';

/** What a test is about. */
export interface TestOptions {
  /** The catalog that the journeys are written with: `import * as catalog from '../catalog'`. */
  readonly catalog: {
    /** The tracking plan: an event that breaks it is an error of the test. */
    readonly events: { readonly [name: string]: EventDefinition };
    /** What is sent, and in which words. */
    readonly messages: { readonly [id: string]: AnyMessage };
    /** Whom `launch` enters. Default: none. */
    readonly audiences?: { readonly [name: string]: Condition };
    /** What `j.profile()` shows of a customer. Default: zone, locale and region alone. */
    readonly traits?: { readonly [trait: string]: TraitDefinition };
    /** Quiet hours, caps, languages and all else that holds for every journey. */
    readonly workspace: Workspace;
  };
  /** The journeys that run; of several versions of one the newest is entered. */
  readonly journeys: readonly Journey[];
  /** Where the clock begins, ISO 8601. Default 2027-02-02T15:00:00Z, a Tuesday at ten in New York. */
  readonly at?: string;
  /**
   * Unique codes of offers, which run out: an entry beyond them is refused `no_code`. Default: of each offer as many as are
   * asked for, `CODE-0001` and so on.
   */
  readonly codes?: { readonly [offer: string]: readonly string[] };
  /** What befalls the workers, see `mishaps`. Default nothing. */
  readonly mishaps?: Mishaps;
}
