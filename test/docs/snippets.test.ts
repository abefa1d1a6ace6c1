import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allBlocks, root } from './support/documents';

const where = (block: { document: string; line: number }) => `${block.document}:${block.line}`;

describe('code in the documents', () => {
  const snippets = allBlocks.filter(({ mark }) => mark?.word === 'snippet');

  it.each(snippets.map((block) => [where(block), block.mark?.rest ?? '', block.text] as const))(
    '%s is %s as it stands',
    (_, file, text) => expect(text).toBe(readFileSync(join(root, file), 'utf8')),
  );

  it('shows a journey in full in the README and where writing one is told, and its test where testing is', () => {
    const documents = snippets.map(({ document }) => document);
    expect(documents).toEqual(['README.md', 'docs/testing.md', 'docs/writing-a-journey.md']);
  });

  it('says of each command and program whether it is run by a test, or why not', () => {
    const unmarked = allBlocks.filter(({ language, mark }) => language !== '' && mark === undefined);
    // Those of the benchmarks, which take a quarter of an hour, are run by hand.
    expect(unmarked.filter(({ document }) => document !== 'docs/benchmarks.md').map(where)).toEqual([]);
  });

  it('bears no other marks', () => {
    const words = new Set(allBlocks.flatMap(({ mark }) => (mark ? [mark.word] : [])));
    expect([...words].sort()).toEqual(['not run', 'run', 'snippet']);
  });
});
