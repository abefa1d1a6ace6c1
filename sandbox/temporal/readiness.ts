import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { searchAttributes } from './server-arguments';

export interface ReadyServer {
  readonly serverVersion: string;
}

/**
 * Waits until the server at `address` can take workflows: the frontend answers, the namespace `default` is
 * known to history and matching, and our search attributes can be filtered by. Undefined when that has not
 * come true before `stillWanted` says no.
 */
export async function waitUntilReady(
  address: string,
  stillWanted: () => boolean,
): Promise<ReadyServer | undefined> {
  while (stillWanted()) {
    const ready = await probe(address);
    if (ready) return ready;
    await delay(50);
  }
  return undefined;
}

async function probe(address: string): Promise<ReadyServer | undefined> {
  const connection = await Connection.connect({ address, connectTimeout: 2_000 }).catch(() => undefined);
  if (!connection) return undefined;
  try {
    return await connection.withDeadline(Date.now() + 5_000, () => ask(connection));
  } catch {
    // Some part of it is not up yet; the caller asks again.
    return undefined;
  } finally {
    await connection.close();
  }
}

async function ask(connection: Connection): Promise<ReadyServer> {
  const { workflowService } = connection;
  const { serverVersion } = await workflowService.getSystemInfo({});
  await addMissingSearchAttributes(connection);
  await Promise.all([
    workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: 'readiness' },
      taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    }),
    workflowService.countWorkflowExecutions({
      namespace,
      query: searchAttributes.map((name) => `${name} = 'readiness'`).join(' or '),
    }),
    historyKnowsNamespace(connection),
  ]);
  return { serverVersion };
}

const namespace = 'default';

/** The server adds those of its arguments only to a namespace that it creates, not to one in an older file. */
async function addMissingSearchAttributes({ operatorService }: Connection): Promise<void> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const missing = searchAttributes.filter((name) => !(name in customAttributes));
  if (missing.length === 0) return;
  const keyword = temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
  await operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(missing.map((name) => [name, keyword])),
  });
}

async function historyKnowsNamespace({ workflowService }: Connection): Promise<void> {
  try {
    await workflowService.describeWorkflowExecution({ namespace, execution: { workflowId: 'readiness' } });
  } catch (error) {
    // That there is no such workflow is history's answer; that there is no such namespace is the frontend's.
    if (!/workflow .*not found/i.test(String((error as Error).message))) throw error;
  }
}
