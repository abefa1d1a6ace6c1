import { rehearseAsks } from '../../../activities';
import type { Project } from '../../../project/project';
import type { Database } from '../../../store/database';
import type { Rehearse } from '../../launch/estimate';

/** Asks the gate as a worker would, by a process that sends nothing. */
export function rehearseOffline(pool: Database, project: Project): Rehearse {
  return (rehearsal) => rehearseAsks({ pool, catalog: project, ...project }, rehearsal);
}
