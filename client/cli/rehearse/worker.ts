import { parentPort, workerData } from 'node:worker_threads';
import { rehearseAll } from '../../../simulator/rehearser';
import type { Job, Orders } from './pool';
import { selectProject } from './select-journeys';

/** One thread of a rehearsal: it is given people and answers what became of them. */
async function main(): Promise<void> {
  const { sides, span } = workerData as Orders;
  const projects = await Promise.all(sides.map((journeys) => selectProject(journeys)));
  const [project, other] = projects;
  if (!project) throw new Error('A rehearsal has at least one side.');
  parentPort?.on('message', ({ place, people }: Job) => {
    rehearseAll([project, other], people, span).then(
      (rehearsed) => parentPort?.postMessage({ place, rehearsed }),
      (error: unknown) => {
        throw error;
      },
    );
  });
  parentPort?.postMessage('ready');
}

void main();
