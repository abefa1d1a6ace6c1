import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { Explored } from './explore';

/** What is kept of a published version, to be reviewed: `workflows/<id>/published/v<version>.json`. */
export interface Published {
  readonly journey: string;
  readonly version: number;
  /** SHA-256 of its code, without comments and layout. */
  readonly code: string;
  readonly policy: object;
  /** What happened in each of its recorded histories; each lies in the folder of the version. */
  readonly histories: readonly string[];
}

export interface PublishedVersion extends Published {
  /** Relative to the project. */
  readonly file: string;
  history(name: string): unknown;
}

const folderOf = (journey: string) => `workflows/${journey}/published`;
const fileName = (words: string) =>
  `${words
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')}.json`;

export function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}

/** Every published version of a project, by journey and version. */
export function readPublished(root: string): PublishedVersion[] {
  return folders(join(root, 'workflows')).flatMap((journey) => {
    const folder = folderOf(journey);
    if (!existsSync(join(root, folder))) return [];
    return readdirSync(join(root, folder))
      .filter((name) => /^v\d+\.json$/.test(name))
      .map((name) => {
        const file = `${folder}/${name}`;
        const published = JSON.parse(readFileSync(join(root, file), 'utf8')) as Published;
        const histories = join(root, folder, `v${published.version}`);
        return {
          ...published,
          file,
          history: (story: string): unknown =>
            JSON.parse(readFileSync(join(histories, fileName(story)), 'utf8')),
        };
      })
      .sort((a, b) => a.version - b.version);
  });
}

/** Writes a version down; what was published of it before is replaced. */
export function writePublished(
  root: string,
  published: Omit<Published, 'histories'>,
  explored: readonly Explored[],
): string {
  const { journey, version } = published;
  const histories = join(root, folderOf(journey), `v${version}`);
  rmSync(histories, { recursive: true, force: true });
  mkdirSync(histories, { recursive: true });
  for (const { name, history } of explored) {
    // Stack traces in failures name the folder this was recorded in.
    writeFileSync(
      join(histories, fileName(name)),
      `${JSON.stringify(JSON.parse(historyToJSON(history).replaceAll(`${root}/`, '')))}\n`,
    );
  }
  const file = `${folderOf(journey)}/v${version}.json`;
  const written: Published = { ...published, histories: explored.map(({ name }) => name) };
  writeFileSync(join(root, file), `${JSON.stringify(written, null, 2)}\n`);
  return file;
}

/** Notes that the code of a version reads otherwise now; its histories stay. */
export function refreshPublished(root: string, { file }: PublishedVersion, code: string): void {
  const before = JSON.parse(readFileSync(join(root, file), 'utf8')) as Published;
  writeFileSync(join(root, file), `${JSON.stringify({ ...before, code }, null, 2)}\n`);
}

function folders(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
