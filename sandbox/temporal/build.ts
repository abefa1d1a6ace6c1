import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../config/package-root';
import { run, userEnvironment } from '../process';
import { BuildProgress } from './build-progress';

export type BuildResult =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly reason: string };

const program = 'github.com/temporalio/cli/cmd/temporal';

/** Where a build of the pinned module ends up: another module, another place. */
export function builtPath(cache: string): string {
  const { cli, server, hash } = pinned();
  return join(cache, `temporal-${cli}-server-${server}-${hash}`, 'temporal');
}

/**
 * Builds Temporal's CLI from the pinned module with the Go of this machine: some minutes the first time, with
 * a line of progress every few seconds.
 */
export async function buildTemporal(cache: string, log: (line: string) => void): Promise<BuildResult> {
  const version = await go(['version'], 30_000);
  if (version.code !== 0) return { ok: false, reason: 'Go is not installed' };
  const { cli, server } = pinned();
  log(`Temporal: building CLI ${cli} with server ${server} (${version.stdout.trim()}), once; some minutes`);
  const progress = new BuildProgress(log);
  const listed = await go(
    ['list', ...flags, '-deps', '-f', '{{if .Stale}}{{.ImportPath}}{{end}}', program],
    600_000,
    (text) => progress.downloading(text),
  );
  if (listed.code !== 0) return failed('its modules could not be had', listed.stderr);
  progress.compiling(listed.stdout.split('\n').filter(Boolean).length);

  const target = builtPath(cache);
  const unfinished = `${target}.${process.pid}`;
  mkdirSync(dirname(target), { recursive: true });
  const linked = `-s -w -X github.com/temporalio/cli/internal/temporalcli.Version=${cli}`;
  const built = await go(
    ['build', ...flags, '-v', '-ldflags', linked, '-o', unfinished, program],
    3_600_000,
    (text) => progress.compiled(text),
  );
  if (built.code !== 0) {
    rmSync(unfinished, { force: true });
    return failed('go build failed', built.stderr);
  }
  renameSync(unfinished, target);
  progress.done();
  return { ok: true, path: target };
}

/** The same for listing and building, else Go would compute other packages as stale. */
const flags = ['-mod=readonly', '-trimpath', '-buildvcs=false'];

function go(args: string[], timeout: number, onOutput?: (text: string) => void) {
  return run(
    {
      file: 'go',
      args,
      cwd: moduleFolder(),
      env: { ...userEnvironment(), CGO_ENABLED: '0', GOWORK: 'off' },
    },
    { timeout, ...(onOutput && { onOutput }) },
  );
}

function failed(what: string, stderr: string): BuildResult {
  const reason = stderr.trim().split('\n').slice(-3).join('; ');
  return { ok: false, reason: `${what}: ${reason}` };
}

function moduleFolder(): string {
  return join(packageRoot(), 'sandbox', 'temporal', 'module');
}

function pinned(): { cli: string; server: string; hash: string } {
  const text = readFileSync(join(moduleFolder(), 'go.mod'), 'utf8');
  const versionOf = (module: string) => new RegExp(`^require ${module} v(\\S+)`, 'm').exec(text)?.[1] ?? '0';
  return {
    cli: versionOf('github.com/temporalio/cli'),
    server: versionOf('go.temporal.io/server'),
    hash: createHash('sha256').update(text).digest('hex').slice(0, 8),
  };
}
