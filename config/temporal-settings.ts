import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import type { Reading } from './config-error';

export interface TemporalSettings {
  readonly address: string;
  readonly namespace: string;
  /** For `NativeConnection.connect` and `Connection.connect`: address, TLS, API key, metadata. */
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
}

/**
 * Temporal's own variables, as its SDKs read them. Its settings file counts only when one of them names it or
 * a profile in it: a file made for other work must not turn the embedded stack into a client of a cluster.
 */
export function readTemporal(variables: Record<string, string>): Reading<TemporalSettings> {
  const namesFile = 'TEMPORAL_CONFIG_FILE' in variables || 'TEMPORAL_PROFILE' in variables;
  if (!namesFile && !('TEMPORAL_ADDRESS' in variables)) return { settings: undefined, problems: [] };
  try {
    const { connectionOptions, namespace } = loadClientConnectConfig({
      overrideEnvVars: variables,
      disableFile: !namesFile,
    });
    const { address } = connectionOptions;
    if (address === undefined) return bad('TEMPORAL_ADDRESS: neither it nor the profile names a server');
    if (!/^[^\s/]+:\d{1,5}$/.test(address)) {
      return bad(`TEMPORAL_ADDRESS: expected host:port, got ${JSON.stringify(address)}`);
    }
    return {
      settings: { address, namespace: namespace ?? 'default', connectionOptions },
      problems: [],
    };
  } catch (error) {
    return bad(`TEMPORAL_*: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function bad(problem: string): Reading<never> {
  return { settings: undefined, problems: [problem] };
}
