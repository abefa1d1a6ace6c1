import { publishLocations } from './locations';
import { startTestServers, type TestServers } from './servers';

declare global {
  var testServers: TestServers | undefined;
}

export default async function globalSetup(): Promise<void> {
  const servers = await startTestServers(process.env);
  globalThis.testServers = servers;
  publishLocations(servers.locations);
  // Jest leaves without a teardown when it is interrupted.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      servers.stop().then(
        () => process.exit(130),
        () => process.exit(130),
      );
    });
  }
}
