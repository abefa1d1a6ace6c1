'use strict';
// Lints the tree, or the paths given. The rules, and who may import whom, are in .oxlintrc.json.

const { spawnSync } = require('node:child_process');
const { join } = require('node:path');

const root = join(__dirname, '..');
const oxlint = join(root, 'node_modules', '.bin', 'oxlint');
const paths = process.argv.slice(2);

const { status, error } = spawnSync(oxlint, ['--type-aware', '--deny-warnings', ...paths], {
  cwd: root,
  stdio: 'inherit',
});
if (error) console.error(`oxlint could not be run: ${error.message}`);
process.exit(status ?? 1);
