'use strict';
// Draws the journeys that ship into docs/, from their sources.

const { mkdirSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { diagramPages } = require('../dist/analysis/diagram/pages.js');
const { readFolder } = require('../dist/analysis/reading/read-folder.js');

const root = join(__dirname, '..');
for (const [file, text] of diagramPages(readFolder(root).journeys)) {
  const path = join(root, 'docs', file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
