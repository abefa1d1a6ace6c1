'use strict';
// Compiles the tree to dist/ and bundles the workflows to dist/workflow-bundle.js.
// Runs after `npm ci` too; an install without the compiler (`--omit=dev`) leaves dist/ as it is.

const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { dirname, join, relative } = require('node:path');

const root = join(__dirname, '..');
const dist = join(root, 'dist');
const installing = ['ci', 'install'].includes(process.env.npm_command ?? '');
const bundleFile = join(dist, 'workflow-bundle.js');

async function main() {
  const compiler = findCompiler();
  if (compiler === undefined) {
    console.error('typescript is not installed: dist/ is left as it is');
    return;
  }
  removeOrphans();
  compileSources(compiler);
  warnOfCosts();
  await bundleWorkflows();
}

/** Only when something has changed since they were: it takes longer than all else that `npm start` does. */
function compileSources(compiler) {
  const stamp = join(dist, 'sources.sha256');
  const sources = filesToCompile();
  const inputs = hashFiles([...sources, 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json']);
  const isCompiled = (source) => existsSync(join(dist, source.replace(/\.ts$/, '.js')));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs && sources.every(isCompiled)) return;
  rmSync(stamp, { force: true });
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) {
    console.error('The tree does not compile: dist/ is not complete.');
    // An install must go through all the same: without it there is no compiler to mend the tree with.
    process.exit(installing ? 0 : 1);
  }
  writeFileSync(stamp, inputs);
}

function filesToCompile() {
  const { include } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  return include
    .filter((room) => room !== 'test')
    .flatMap((room) => filesBelow(join(root, room)))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => relative(root, file));
}

function hashFiles(files) {
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function findCompiler() {
  try {
    return join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
  } catch {
    return undefined;
  }
}

/** A module whose source was moved or deleted must not be found by a require any more. */
function removeOrphans() {
  for (const file of filesBelow(dist)) {
    const source = join(root, relative(dist, file).replace(/(\.d\.ts|\.js|\.js\.map)$/, '.ts'));
    if (file !== bundleFile && source.endsWith('.ts') && !existsSync(source)) rmSync(file);
  }
}

/** A text outside GSM-7, or over its budget of segments, costs a multiple: said at each build, and failed by the tests. */
function warnOfCosts() {
  const { messages, workspace } = require(join(dist, 'catalog', 'index.js'));
  const { messageCosts } = require(join(dist, 'rules', 'message-costs.js'));
  for (const { message, locale, problem } of messageCosts(messages, workspace.locales)) {
    if (problem !== undefined) console.warn(`warning: ${message} (${locale}): ${problem}`);
  }
}

/** Workflows run from one file. It is made anew only when something that goes into it has changed. */
async function bundleWorkflows() {
  const workflowsPath = join(dist, 'workflows', 'index.js');
  if (!existsSync(workflowsPath)) return;
  const stamp = `${bundleFile}.sha256`;
  const inputs = hashInputs();
  if (existsSync(bundleFile) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return;
  const bundler = require(join(dist, 'worker', 'bundle-workflows.js'));
  writeFileSync(bundleFile, await bundler.bundleWorkflows(workflowsPath));
  writeFileSync(stamp, inputs);
}

function hashInputs() {
  const hash = createHash('sha256')
    .update(require('@temporalio/worker/package.json').version)
    .update(readFileSync(join(dist, 'worker', 'bundle-workflows.js')));
  for (const room of ['catalog', 'workflows']) {
    for (const file of filesBelow(join(dist, room)).filter((name) => name.endsWith('.js'))) {
      hash.update(relative(dist, file)).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
