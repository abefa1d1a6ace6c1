'use strict';
// Runs a TypeScript file in a process of its own: node run-typescript.js <file.ts> [arguments…]

const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { join, resolve } = require('node:path');
const { transformSync } = require('@swc/core');

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  });
  module._compile(code, filename);
};

// What journeys import by the package's name are the sources here, not what was built of them last.
const sources = {
  jornada: 'workflows/runtime/index.ts',
  'jornada/catalog': 'catalog/public.ts',
  'jornada/testing': 'testing/index.ts',
};
const find = Module._resolveFilename;
Module._resolveFilename = (request, ...rest) =>
  find(request in sources ? join(__dirname, '..', '..', sources[request]) : request, ...rest);

process.argv.splice(1, 1);
require(resolve(process.argv[1]));
