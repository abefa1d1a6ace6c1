import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagramPages, policyOf } from '../../analysis/diagram/pages';
import { column, type Drawn } from '../../analysis/diagram/layout';
import { mermaid } from '../../analysis/diagram/mermaid';
import { shapesOf } from '../../analysis/diagram/shapes';
import { svg } from '../../analysis/diagram/svg';
import { readFolder } from '../../analysis/reading/read-folder';
import { readJourneys } from '../../analysis/reading/read-journeys';

const root = join(__dirname, '..', '..');
const { journeys } = readFolder(root);

function shipped(id: string) {
  const found = journeys.find((one) => one.id === id);
  if (!found) throw new Error(`There is no ${id}`);
  return found;
}

describe('a diagram', () => {
  it('as Mermaid has the sends, the waits with their ends, and the way out', () => {
    const drawn = mermaid(shipped('flash-reward'), policyOf(shipped('flash-reward')));
    expect(drawn.split('\n')).toEqual(
      expect.arrayContaining([
        'flowchart TD',
        '  n3["send<br/>flash-reward"]:::sendLook',
        '  n4("wait for Offer Redeemed, offerId = offer.id<br/>at most 90 minutes"):::waitLook',
        '  n4 -- "timed out" --> n5',
        '  n4 -- "arrived" --> n6',
        '  policy -. "at any moment: Treatment Recorded, same visitId" .-> ending1',
      ]),
    );
  });

  it('as SVG has every message, and no character that would break it', () => {
    const picture = svg(shipped('onboarding'), policyOf(shipped('onboarding')));
    for (const text of [
      'onboarding-1',
      'until day 2, 5 … 80 at 10:00',
      'at any moment',
      'during',
      'stage new',
    ]) {
      expect(picture).toContain(text);
    }
    const { journeys: odd } = readJourneys(
      'odd.ts',
      "journey('odd', { version: 1 }, async (j) => { if (a < b && c) await j.send('x'); });",
    );
    expect(svg(odd[0] ?? shipped('onboarding'), {})).toContain('a &lt; b &amp;&amp; c?');
  });

  it.each(journeys.map((one) => [one.id, one] as const))(
    'of %s lays nothing over anything else',
    (_, journey) => {
      const boxes = column(shapesOf(journey.flow)).drawn.filter((one) => one.kind === 'box');
      expect(boxes.length).toBeGreaterThan(1);
      for (const [index, a] of boxes.entries()) {
        for (const b of boxes.slice(index + 1)) expect(overlap(a, b)).toBe(false);
      }
    },
  );

  it('is drawn of whatever the journeys of the tests do', () => {
    const fixtures = readFolder(root, 'test/workflows/fixtures').journeys;
    expect(fixtures.length).toBeGreaterThan(10);
    for (const fixture of fixtures) {
      expect(svg(fixture, policyOf(fixture))).toMatch(/>(completed|fails)</);
      expect(mermaid(fixture, policyOf(fixture))).toContain('flowchart TD');
    }
  });

  it('of each journey that ships is in the docs as its source is now: else run `npm run docs`', () => {
    for (const [file, text] of diagramPages(journeys)) {
      expect(`${file}\n${readFileSync(join(root, 'docs', file), 'utf8')}`).toBe(`${file}\n${text}`);
    }
  });
});

type Box = Extract<Drawn, { kind: 'box' }>;

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
