import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { TwilioSandboxError } from '../errors';

export interface PageFile {
  readonly content: Buffer;
  readonly type: string;
  readonly etag: string;
}

/**
 * The files of the phones' page, by name.
 *
 * @throws {TwilioSandboxError} SANDBOX_PAGES_MISSING
 */
export function loadPageFiles(): ReadonlyMap<string, PageFile> {
  const folder = folders.find((candidate) => existsSync(join(candidate, indexName)));
  if (folder === undefined) {
    throw new TwilioSandboxError(
      'SANDBOX_PAGES_MISSING',
      `The sandbox's page was not found in ${folders.join(' or ')}. Reinstall the package.`,
    );
  }
  const files = new Map<string, PageFile>();
  for (const name of readdirSync(folder)) {
    const type = types[extname(name)];
    if (type === undefined) continue;
    const content = readFileSync(join(folder, name));
    const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
    files.set(name, { content, type, etag });
  }
  return files;
}

export const indexName = 'index.html';

/** Everything from this origin, nothing inline, nothing from elsewhere. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

// Beside this file's folder in the sources; from the compiled file, in the package.
const folders = [
  join(__dirname, '..', '..', 'pages'),
  join(__dirname, '..', '..', '..', '..', 'sandbox', 'pages'),
];

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};
