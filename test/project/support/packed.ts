import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../../config/package-root';

export interface Ran {
  readonly code: number | null;
  /** What it said, on either stream. */
  readonly output: string;
}

export async function run(program: string, args: readonly string[], cwd: string): Promise<Ran> {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, output };
}

/** Packs the package, as it was built last, into `folder`. */
export async function packTarball(folder: string): Promise<string> {
  const { code, output } = await run(
    'npm',
    ['pack', '--ignore-scripts', '--pack-destination', folder],
    packageRoot(),
  );
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (code !== 0 || tarball === undefined) throw new Error(`npm pack failed: ${output}`);
  return join(folder, tarball);
}

/**
 * Has npm install the tarball into a project, or what the project itself says. Where npm cannot, for want of a registry,
 * the tarball is unpacked and everything else linked from this repository.
 */
export async function installTarball(root: string, tarball?: string): Promise<void> {
  // Asked for first, once and briefly: without an answer npm would try for minutes.
  const asked = await run(
    'npm',
    ['view', 'typescript', 'version', '--prefer-online', '--fetch-retries=0', '--fetch-timeout=10000'],
    root,
  );
  const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  const install = ['install', ...quietly, ...(tarball ? [tarball] : [])];
  const installed = asked.code === 0 ? await run('npm', install, root) : asked;
  if (installed.code === 0) return;
  if (tarball) {
    const target = join(root, 'node_modules', 'jornada');
    mkdirSync(target, { recursive: true });
    const unpacked = await run('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'], root);
    if (unpacked.code !== 0)
      throw new Error(`Neither npm nor tar could: ${installed.output}${unpacked.output}`);
  }
  linkOthers(root);
}

function linkOthers(root: string): void {
  const ours = join(packageRoot(), 'node_modules');
  for (const name of readdirSync(ours)) {
    const link = join(root, 'node_modules', name);
    if (name.startsWith('.')) continue;
    mkdirSync(dirname(link), { recursive: true });
    try {
      symlinkSync(join(ours, name), link, 'dir');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
