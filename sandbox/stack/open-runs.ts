import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { Database } from '../../store/database';
import { countOpenVersions, someOpen, type VersionCount } from '../../store/version-counts';
import { workflowId } from '../../worker/workflow-names';
import { isGone } from '../clock/time-skipping';

/** The runs that are open on a stack. */
export interface OpenRuns {
  /** How many by journey and version; those that have none are left out. */
  count(): Promise<VersionCount[]>;
  /** What some of them have recorded so far, as Temporal's JSON; picked by chance where there are more. */
  histories(of: {
    readonly journey: string;
    readonly version: number;
    readonly limit: number;
  }): Promise<unknown[]>;
}

export function openRuns(db: Database, client: Client): OpenRuns {
  return {
    count: () => countOpenVersions(db),
    async histories(of) {
      const ids = await someOpen(db, of);
      const found = await Promise.all(ids.map((id) => read(client, workflowId(of.journey, id))));
      return found.filter((history) => history !== undefined);
    },
  };
}

async function read(client: Client, id: string): Promise<unknown> {
  const history = await client.workflow.getHandle(id).fetchHistory().catch(gone);
  return history && (JSON.parse(historyToJSON(history)) as unknown);
}

/** It has not been started yet, or has ended meanwhile. */
function gone(error: unknown): undefined {
  if (!isGone(error)) throw error;
}
