import { join } from 'node:path';
import type { WorkflowBundleOption } from '@temporalio/worker';
import * as shippedCatalog from '../catalog';
import type { Condition } from '../catalog/audience';
import type { EventDefinition, OfferDefinition, TraitDefinition } from '../catalog/define';
import type { Workspace } from '../catalog/define-workspace';
import { packageRoot } from '../config/package-root';
import type { Sampled } from '../rules/message-costs';
import { journeys as shippedJourneys } from '../workflows/journeys';
import type { Journey } from '../workflows/runtime';

/** What a stack runs: what the business says, and its journeys with the bundle made of them. */
export interface Project {
  readonly events: { readonly [name: string]: EventDefinition };
  /** Conditions on customers that journeys may be launched to. */
  readonly audiences: { readonly [name: string]: Condition };
  readonly messages: { readonly [id: string]: Sampled };
  readonly offers: { readonly [name: string]: OfferDefinition };
  /** What journeys may see of a customer, besides the traits that mean something to Jornada. */
  readonly traits: { readonly [trait: string]: TraitDefinition };
  readonly workspace: Workspace;
  readonly journeys: readonly Journey[];
  readonly workflowBundle: WorkflowBundleOption;
}

/** What `catalog/index.ts` exports of a project. */
export type Catalog = Pick<Project, 'events' | 'messages' | 'workspace'> &
  Partial<Pick<Project, 'audiences' | 'offers' | 'traits'>>;

export function projectOf(
  { events, audiences = {}, messages, offers = {}, traits = {}, workspace }: Catalog,
  journeys: Project['journeys'],
  workflowBundle: WorkflowBundleOption,
): Project {
  return { events, audiences, messages, offers, traits, workspace, journeys, workflowBundle };
}

/** The catalog and the journeys that ship, as `npm run build` left them. */
export function shippedProject(): Project {
  const codePath = join(packageRoot(), 'dist', 'workflow-bundle.js');
  return projectOf(shippedCatalog, shippedJourneys, { codePath });
}
