import { NativeConnection, TransportError } from '@temporalio/worker';
import type { Logger } from '../config/logger';
import type { TemporalSettings } from '../config/temporal-settings';
import { WorkerError } from './errors';
import { installTemporalRuntime } from './temporal-runtime';

/** A connection for workers; the caller closes it. */
export async function connectTemporal(
  { address, connectionOptions }: TemporalSettings,
  log: Logger,
): Promise<NativeConnection> {
  installTemporalRuntime(log);
  try {
    return await NativeConnection.connect(connectionOptions);
  } catch (cause) {
    if (!(cause instanceof TransportError)) throw cause;
    throw new WorkerError('TEMPORAL_UNREACHABLE', `Temporal cannot be reached at ${address}.`, { cause });
  }
}
