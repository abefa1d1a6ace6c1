import { reportLines } from '../../client/cli/rehearse/report-lines';
import { reportPage } from '../../client/cli/rehearse/report-page';
import { Tally } from '../../simulator/tally';
import { partingOf } from '../../simulator/comparison';
import type { Story, StoryLine } from '../../simulator/rehearsal';

const line = (at: string, what: StoryLine['what'], more: Partial<StoryLine> = {}): StoryLine => ({
  at,
  journey: 'cart-left',
  version: 1,
  what,
  ...more,
});
const entered = line('2027-02-02T15:00:00.000Z', 'entered');
const sent = (at: string) => line(at, 'sent', { message: 'cart-left' });
const story = (lines: StoryLine[], mistake?: string): Story => ({
  id: 'ana',
  lines,
  ...(mistake !== undefined && { mistake }),
});

const partings = [
  partingOf(
    story([entered, sent('2027-02-02T19:00:00.000Z')]),
    story([entered, sent('2027-02-02T17:00:00.000Z')]),
  ),
  partingOf(story([entered, sent('2027-02-02T19:00:00.000Z')]), story([entered], 'a bug')),
  partingOf(story([entered]), story([entered], 'a <bug>')),
].flatMap((parting) => parting ?? []);

const side = (of: string) => ({ of, totals: new Tally().totals });
const report = {
  from: '2027-02-01T00:00:00.000Z',
  to: '2027-03-01T00:00:00.000Z',
  seed: 'a',
  price: 0.0113,
  sides: [side('cart-left@9'), side('cart-left@10')],
  differences: { parted: 7, shown: partings },
};

describe('two versions side by side', () => {
  it('says of each person what either did where they part first', () => {
    const lines = reportLines(report, (text) => text);
    expect(lines.slice(lines.indexOf('7 people are treated differently, of whom 3 are shown'))).toEqual([
      '7 people are treated differently, of whom 3 are shown',
      'ana',
      '  cart-left@9   2027-02-02T19:00:00Z sent cart-left',
      '  cart-left@10  2027-02-02T17:00:00Z sent cart-left',
      'ana',
      '  cart-left@9   2027-02-02T19:00:00Z sent cart-left',
      '  cart-left@10  stands still: a bug',
      'ana',
      '  cart-left@9   nothing more',
      '  cart-left@10  stands still: a <bug>',
    ]);
  });

  it('draws both on the same axes, by day and by hour', () => {
    const day = (sent: number) => ({ entered: 0, sent, kept: 0 });
    const totals = (days: Record<string, number>, hour: number) => ({
      ...new Tally().totals,
      days: Object.fromEntries(Object.entries(days).map(([name, sent]) => [name, day(sent)])),
      hours: Array.from({ length: 24 }, () => hour),
    });
    const page = reportPage({
      ...report,
      sides: [
        { of: 'cart-left@9', totals: totals({ '2027-02-02': 100 }, 7) },
        { of: 'cart-left@10', totals: totals({ '2027-02-04': 10 }, 70) },
      ],
    });
    const [, left = '', right = ''] = page.split('<h2>cart-left');
    for (const side of [left, right]) {
      expect(side).toContain('2027-02-02: ');
      expect(side).toContain('2027-02-03: 0 sent');
      expect(side).toContain('2027-02-04: ');
      expect([...side.matchAll(/text-anchor="end">(\d+)</g)].map(([, tick]) => Number(tick))).toEqual([
        0, 50, 100, 0, 40, 80,
      ]);
    }
  });

  it('says the same on the page, in a table', () => {
    const page = reportPage(report);
    expect(page).toContain('<tr><th>who<th>cart-left@9<th>cart-left@10');
    expect(page).toContain('7 people are treated differently <small>of whom 3 are shown');
    expect(page).toContain(
      '<tr><td>ana<td>2027-02-02T19:00:00Z sent cart-left<td>2027-02-02T17:00:00Z sent cart-left',
    );
    expect(page).toContain('<tr><td>ana<td>nothing more<td>stands still: a &lt;bug&gt;');
  });

  it('is silent of who is treated alike', () => {
    expect(partingOf(story([entered], 'a bug'), story([entered], 'a bug'))).toBeUndefined();
    expect(partingOf(story([entered]), story([entered]))).toBeUndefined();
  });
});
