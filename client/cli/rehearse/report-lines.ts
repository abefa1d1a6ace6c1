import { partingTexts } from '../../../simulator/comparison';
import type { JourneyTotals, Totals } from '../../../simulator/tally';
import { table } from '../table';
import { countsText, dollars, type Report, sumsOf } from './report';

/** The report as a table. */
export function reportLines(report: Report, emphasize: (text: string) => string): string[] {
  const { from, to, seed, sides, differences } = report;
  const [first] = sides;
  const lines = [
    `${first?.totals.people ?? 0} people, ${first?.totals.events ?? 0} events from ${day(from)} to ${day(to)}, seed "${seed}". Nothing was sent or stored.`,
  ];
  for (const { of, totals } of sides) {
    if (sides.length > 1) lines.push('', emphasize(of));
    lines.push('', ...sideLines(totals, report.price, emphasize));
  }
  if (differences) lines.push('', ...differenceLines(differences, sides, emphasize));
  return lines;
}

function sideLines(totals: Totals, price: number, emphasize: (text: string) => string): string[] {
  const journeys = Object.entries(totals.journeys).sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = journeys.map(([name, one]) => [
    name,
    one.entered,
    countsText(one.refused) || '-',
    countsText(one.ended) || '-',
    one.open,
    one.goals,
    sumsOf([one]).sent,
    dollars(sumsOf([one]).segments, price),
  ]);
  const headings = ['journey', 'entered', 'refused', 'ended', 'open', 'goals', 'sent', 'cost'];
  const lines = [...table(headings, rows, emphasize), '', ...messageLines(journeys, price, emphasize)];
  const collisions = Object.entries(totals.collisions).sort(([, a], [, b]) => b.asks - a.asks);
  if (collisions.length > 0) {
    const asks = collisions.map(([reason, { asks, people }]) => [reason, asks, people]);
    lines.push('', ...table(['kept back by', 'asks', 'people'], asks, emphasize));
  }
  const mistakes = Object.entries(totals.mistakes).map(([sentence, count]) => `${count} × ${sentence}`);
  if (mistakes.length > 0) lines.push('', emphasize('Runs that stand still'), ...mistakes);
  return lines;
}

function messageLines(
  journeys: readonly (readonly [string, JourneyTotals])[],
  price: number,
  emphasize: (text: string) => string,
): string[] {
  const rows = journeys.flatMap(([, { messages }]) =>
    Object.entries(messages)
      .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
      .map(([message, one]) => [
        message,
        one.sent,
        one.segments,
        dollars(one.segments, price),
        countsText(one.suppressed) || '-',
        countsText(one.deferred) || '-',
      ]),
  );
  return table(['message', 'sent', 'segments', 'cost', 'suppressed', 'deferred'], rows, emphasize);
}

function differenceLines(
  { parted, shown }: NonNullable<Report['differences']>,
  sides: Report['sides'],
  emphasize: (text: string) => string,
): string[] {
  if (parted === 0) return ['Both treat everybody alike.'];
  const more = parted > shown.length ? `, of whom ${shown.length} are shown` : '';
  const width = Math.max(...sides.map(({ of }) => of.length));
  const names = sides.map(({ of }) => of.padEnd(width));
  return [
    emphasize(`${parted} people are treated differently${more}`),
    ...shown.flatMap((parting) => [
      parting.id,
      ...partingTexts(parting).map((text, side) => `  ${names[side]}  ${text}`),
    ]),
  ];
}

const day = (instant: string) => instant.slice(0, 10);
