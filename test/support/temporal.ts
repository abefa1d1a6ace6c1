import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { testLocations } from './locations';

/** `host:port` of the server of this run; namespace `default`, time skipping on. */
export function temporalAddress(): string {
  return testLocations().temporalAddress;
}

/** For a worker and for a client that starts workflows eagerly. The caller closes it. */
export function nativeConnection(): Promise<NativeConnection> {
  return NativeConnection.connect({ address: temporalAddress() });
}

/** The bundle of all journeys, made once for the run: the `workflowBundle` of `Worker.create`. */
export function workflowBundle(): { codePath: string } {
  const { workflowBundle: codePath } = testLocations();
  if (codePath === undefined) throw new Error('There is no workflows/index.ts to bundle');
  return { codePath };
}

/** Lets workers of a test report warnings only. Call it before the first connection of a test file. */
export function quietRuntime(): void {
  Runtime.install({ logger: new DefaultLogger('WARN'), shutdownSignals: [] });
}
