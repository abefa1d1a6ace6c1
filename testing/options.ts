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
    readonly events: { readonly [name: string]: EventDefinition };
    readonly messages: { readonly [id: string]: AnyMessage };
    readonly audiences?: { readonly [name: string]: Condition };
    readonly traits?: { readonly [trait: string]: TraitDefinition };
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
