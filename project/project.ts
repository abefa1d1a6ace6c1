import { join } from 'node:path';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { audiences, events, messages, workspace } from '../catalog';
import type { Workspace } from '../catalog/define-workspace';
import type { Sampled } from '../rules/message-costs';
import type { ActivityDeps } from '../activities';
import type { IngestDeps, LaunchDeps } from '../ingest';
import { journeys } from '../workflows/journeys';
import { packageRoot } from '../config/package-root';

/** What a stack runs: what the business says, and its journeys with the bundle made of them. */
export interface Project {
  readonly events: IngestDeps['events'];
  readonly audiences: LaunchDeps['audiences'];
  readonly messages: { readonly [id: string]: Sampled };
  readonly workspace: IngestDeps['workspace'] &
    ActivityDeps['workspace'] &
    Pick<Workspace, 'pace' | 'senders'>;
  readonly journeys: IngestDeps['journeys'];
  readonly workflowBundle: WorkflowBundleOption;
}

/** The catalog and the journeys that ship, as `npm run build` left them. */
export function shippedProject(): Project {
  const workflowBundle = { codePath: join(packageRoot(), 'dist', 'workflow-bundle.js') };
  return { audiences, events, messages, workspace, journeys, workflowBundle };
}
