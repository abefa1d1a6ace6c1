import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { documents, prose, read, root } from './support/documents';

interface Link {
  readonly document: string;
  readonly target: string;
}

const links: Link[] = documents.flatMap((document) =>
  [...prose(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({ document, target })),
);
const inside = links.filter(({ target }) => !/^[a-z]+:/.test(target));

/** As GitHub makes them of headings. */
function anchors(document: string): string[] {
  return [...prose(document).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('links of the documents', () => {
  it.each(inside.map(({ document, target }) => [document, target]))(
    '%s → %s leads somewhere',
    (document, target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? document : join(dirname(document), path);
      expect(existsSync(join(root, file))).toBe(true);
      if (anchor !== undefined) expect(anchors(file)).toContain(anchor);
    },
  );

  it('reach every document', () => {
    const reached = new Set(
      inside.map(({ document, target }) => join(dirname(document), target.split('#')[0] ?? '')),
    );
    const decisions = documents.filter((document) => document.startsWith('docs/decisions/0'));
    expect(documents.filter((document) => !reached.has(document) && document !== 'CHANGELOG.md')).toEqual([
      'README.md',
    ]);
    expect(decisions.length).toBeGreaterThan(0);
  });

  it('show pictures that are not too heavy to read over', () => {
    const pictures = inside.filter(({ target }) => target.endsWith('.png'));
    expect(pictures.length).toBeGreaterThan(0);
    for (const { document, target } of pictures) {
      expect(statSync(join(root, dirname(document), target)).size).toBeLessThan(400_000);
    }
  });
});

describe('the documents', () => {
  it.each(documents)('%s is written in American English, and of no machine in particular', (document) => {
    expect(read(document)).not.toMatch(
      /\b(behaviour|colour|cancelled|cancelling|normalise|organis|favour|honour|licence|unrecognised)|\/root\/|\/home\/\w|\/tmp\//i,
    );
  });
});
