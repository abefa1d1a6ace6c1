// fails: typescript(no-floating-promises)
import { sleep } from '@temporalio/workflow';

export async function wait(): Promise<void> {
  sleep('3 days');
}
