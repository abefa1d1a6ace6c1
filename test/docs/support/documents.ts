import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(__dirname, '..', '..', '..');

/** README, CHANGELOG and everything in docs/, by their paths from the root. */
export const documents: readonly string[] = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name))
    .sort(),
];

export function read(document: string): string {
  return readFileSync(join(root, document), 'utf8');
}

/** A fenced block of a document, and what the comment on the line before it says of it. */
export interface Block {
  readonly document: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** `run: start` is `{ word: 'run', rest: 'start' }`. */
  readonly mark: { readonly word: string; readonly rest: string } | undefined;
}

export function blocks(document: string): Block[] {
  const found: Block[] = [];
  const lines = read(document).split('\n');
  for (let i = 0; i < lines.length; i++) {
    const language = /^```(\w*)$/.exec(lines[i] ?? '')?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf('```', i + 1);
    const [, word, rest] = /^<!-- ([a-z ]+): (.*) -->$/.exec(lines[i - 1] ?? '') ?? [];
    const mark = word !== undefined && rest !== undefined ? { word, rest } : undefined;
    const text = `${lines.slice(i + 1, end).join('\n')}\n`;
    found.push({ document, line: i + 1, language, text, mark });
    i = end;
  }
  return found;
}

export const allBlocks: readonly Block[] = documents.flatMap(blocks);

/** The text without fenced blocks, for reading its prose and tables. */
export function prose(document: string): string {
  return read(document).replaceAll(/^```\w*\n[^]*?^```$/gm, '');
}

/** What stands in backticks in the prose. */
export function codeSpans(document: string): string[] {
  return [...prose(document).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}
