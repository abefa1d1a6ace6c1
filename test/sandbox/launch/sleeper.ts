// A workflow for the launcher's test: a month's sleep, and what time it was afterwards.
import { sleep } from '@temporalio/workflow';

export async function sleeper(): Promise<number> {
  await sleep('31 days');
  return Date.now();
}
