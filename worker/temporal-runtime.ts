import { Runtime } from '@temporalio/worker';
import type { Logger } from '../config/logger';

/**
 * Settles, once a process and right before its first connection, where the SDK logs to: until its last connection is
 * closed, and also if there never was one, the SDK keeps the process alive. Signals stay ours: workers end in an order,
 * not all at once. Later calls change nothing.
 */
export function installTemporalRuntime(log: Logger): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    logger: adapted(log.child({ component: 'temporal' })),
    shutdownSignals: [],
    telemetryOptions: {
      // The dispatcher says itself, once, that the server is away; the SDK would for each call.
      logging: { forward: {}, filter: 'error,temporalio_sdk_core=warn,temporalio_client::retry=error' },
    },
  });
}

let installed = false;

type TemporalLogger = NonNullable<NonNullable<Parameters<typeof Runtime.install>[0]>['logger']>;

function adapted(log: Logger): TemporalLogger {
  const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
  const write: TemporalLogger['log'] = (level, message, meta) => log[levels[level]]({ ...meta }, message);
  return {
    log: write,
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
}
