import { run } from '../process';

/** Of a `temporal` program: it contains a server. */
export interface TemporalVersions {
  readonly cli: string;
  readonly server: string;
}

/** The first server that can skip time for a single workflow; older ones run journeys, but move no clock. */
const oldestWithTimeSkipping = [1, 32] as const;

export function canSkipTime(serverVersion: string): boolean {
  const [major = 0, minor = 0] = serverVersion.split('.').map(Number);
  const [oldestMajor, oldestMinor] = oldestWithTimeSkipping;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/** Asks the program at `path` for its versions; undefined when it is no such program. */
export async function versionsOf(path: string): Promise<TemporalVersions | undefined> {
  const { code, stdout } = await run({ file: path, args: ['--version'] }, { timeout: 20_000 });
  const found = /temporal version (\S+) \(Server (\d[^,)]*)/.exec(stdout);
  if (code !== 0 || found?.[1] === undefined || found[2] === undefined) return undefined;
  return { cli: found[1], server: found[2] };
}
