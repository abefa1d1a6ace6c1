import { Client, Connection } from '@temporalio/client';
import { readEnvironment } from '../../config/environment';
import type { Context } from './context';
import { findStack } from './target';

/** Connects, for the time of `work`, to Temporal: that of the home given, else TEMPORAL_ADDRESS, else that of the usual home. */
export async function withTemporal<T>(context: Context, work: (client: Client) => Promise<T>): Promise<T> {
  const { home, terminal } = context;
  const given = home === undefined ? readEnvironment(terminal.env).temporal : undefined;
  const { connectionOptions, namespace } = given ?? {
    connectionOptions: { address: findStack({ home, env: terminal.env }).temporalAddress },
    namespace: 'default',
  };
  const connection = await Connection.connect(connectionOptions);
  try {
    return await work(new Client({ connection, namespace }));
  } finally {
    await connection.close();
  }
}
