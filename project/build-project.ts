import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../config/package-root';
import { bundleWorkflows } from '../worker/bundle-workflows';
import { compile } from './compile';
import type { ProjectFolder } from './project-folder';

/** A build is made beside the one in use and never changed: a process goes on with the one that it loaded. */
export type Built =
  | { readonly ok: true; readonly folder: string; readonly sources: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[]; readonly sources: readonly string[] };

/** What a build holds, in its folder. */
export const buildFiles = {
  catalog: join('catalog', 'index.js'),
  journeys: join('workflows', 'journeys.js'),
  bundle: 'workflow-bundle.js',
} as const;

interface BuildRecord {
  readonly build: string;
  readonly sources: readonly string[];
  /** Of what the sources held, and of what they were compiled with. */
  readonly hash: string | undefined;
}

/** Compiles and bundles what has changed since the last build; otherwise that one is good, and no compiler is needed. */
export async function buildProject(project: ProjectFolder): Promise<Built> {
  const { root, builds } = project;
  const last = readRecord(builds);
  if (last && last.hash === hashOf(root, last.sources) && existsSync(join(builds, last.build))) {
    return { ok: true, folder: join(builds, last.build), sources: last.sources };
  }
  const build = `${Date.now().toString(36)}-${process.pid}`;
  const unfinished = join(builds, `unfinished-${build}`);
  try {
    const begunAt = Date.now();
    const { problems, sources } = await compile(project, unfinished);
    if (problems.length > 0) return { ok: false, problems, sources };
    // Saved while it was compiled: what was written may be half of the one and half of the other.
    if (sources.some((file) => changedAt(join(root, file)) >= begunAt)) return buildProject(project);
    const hash = hashOf(root, sources);
    writeFileSync(join(unfinished, buildFiles.bundle), await bundleJourneys(unfinished));
    renameSync(unfinished, join(builds, build));
    writeRecord(builds, { build, sources, hash });
    removeAllBut(builds, [build, last?.build]);
    return { ok: true, folder: join(builds, build), sources };
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** The workflow that runs the project's journeys, in one file. */
async function bundleJourneys(folder: string): Promise<string> {
  const runtime = (module: string) => JSON.stringify(join(__dirname, '..', 'workflows', module));
  const entry = join(folder, 'workflows.cjs');
  writeFileSync(
    entry,
    `module.exports = {
  __esModule: true,
  ...require(${runtime('upkeep')}),
  default: require(${runtime('runtime/workflow')}).journeyWorkflow(require(${JSON.stringify(`./${buildFiles.journeys}`)}).journeys),
};
`,
  );
  return bundleWorkflows(entry);
}

const recordFile = (builds: string) => join(builds, 'build.json');

function readRecord(builds: string): BuildRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordFile(builds), 'utf8')) as BuildRecord;
  } catch {
    // None yet, or cut off by a crash: it is built anew.
    return undefined;
  }
}

function writeRecord(builds: string, record: BuildRecord): void {
  const unfinished = `${recordFile(builds)}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify(record, null, 2));
  renameSync(unfinished, recordFile(builds));
}

/** Undefined where one of them is gone. */
function hashOf(root: string, sources: readonly string[]): string | undefined {
  const hash = createHash('sha256').update(JSON.stringify(compiledWith()));
  try {
    for (const file of sources) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  } catch {
    return undefined;
  }
  return hash.digest('hex');
}

/** The bundle must be of the SDK that runs it, and hold the runtime of the Jornada that it is loaded into. */
function compiledWith(): unknown {
  const version = (file: string) => (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  const ours = join(packageRoot(), 'dist', 'sources.sha256');
  return [
    existsSync(ours) && readFileSync(ours, 'utf8'),
    version(join(packageRoot(), 'package.json')),
    version(require.resolve('@temporalio/worker/package.json')),
  ];
}

function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
}

function removeAllBut(builds: string, kept: readonly (string | undefined)[]): void {
  for (const entry of readdirSync(builds, { withFileTypes: true })) {
    if (entry.isDirectory() && !entry.name.startsWith('unfinished-') && !kept.includes(entry.name))
      rmSync(join(builds, entry.name), { recursive: true, force: true });
  }
}
