import { escapeMarkup } from '../../../rules/escape-markup';
import { partingTexts } from '../../../simulator/comparison';
import type { Totals } from '../../../simulator/tally';
import { bars, columns, type Series, stacked } from './pictures';
import { dollars, type Report, sortedCounts, sumsOf } from './report';

/** The report as one page that needs nothing else: no script, no font, no network. */
export function reportPage(report: Report): string {
  const { from, to, seed, sides, differences } = report;
  const title = sides.map(({ of }) => of).join(' and ');
  const all = sides.map(({ totals }) => totals);
  const days = everyDay(all);
  const shared: Shared = {
    days,
    highestDay: Math.max(...all.flatMap((one) => days.map((day) => heightOf(one.days[day])))),
    highestHour: Math.max(...all.flatMap(({ hours }) => hours)),
  };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(title)}, rehearsed</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeMarkup(title)}</h1>
<p>${number(sides[0]?.totals.people ?? 0)} people and ${number(sides[0]?.totals.events ?? 0)} events from ${from.slice(0, 10)} to ${to.slice(0, 10)}, seed “${escapeMarkup(seed)}”. Nothing was sent, nothing was stored.</p>
</header>
<main${sides.length > 1 ? ' class="two"' : ''}>
${sides.map(({ of, totals }) => side(of, totals, report, shared)).join('\n')}
</main>
${differences ? differenceSection(differences, sides) : ''}
</body>
</html>
`;
}

/** What pictures beside each other have in common, lest the eye compare what is not alike. */
interface Shared {
  readonly days: readonly string[];
  readonly highestDay: number;
  readonly highestHour: number;
}

function side(of: string, totals: Totals, { price, sides }: Report, shared: Shared): string {
  const journeys = Object.entries(totals.journeys).sort(([a], [b]) => (a < b ? -1 : 1));
  const sums = sumsOf(journeys.map(([, one]) => one));
  const { days, highestDay, highestHour } = shared;
  const countsOf = (day: string) => totals.days[day] ?? nothing;
  // Drawn as wide as it is shown, so that words keep their size.
  const width = sides.length > 1 ? 510 : 1_080;
  const series: Series[] = [
    { name: 'sent', values: days.map((day) => countsOf(day).sent) },
    { name: 'kept back', values: days.map((day) => countsOf(day).kept) },
    { name: 'entered', values: days.map((day) => countsOf(day).entered) },
  ];
  return `<section>
${sides.length > 1 ? `<h2>${escapeMarkup(of)}</h2>` : ''}
<dl class="figures">
${figure('entered', number(sums.entered))}${figure('sent', number(sums.sent))}${figure('segments', number(sums.segments))}${figure('cost', dollars(sums.segments, price))}${figure('suppressed', number(sums.suppressed))}${figure('deferred', number(sums.deferred))}
</dl>
<h3>Day by day</h3>
${stacked(days, series, { width, highest: highestDay })}
<h3>Hour by hour <small>messages sent, UTC</small></h3>
${columns(
  totals.hours.map((count, hour) => [String(hour).padStart(2, '0'), count]),
  { width, highest: highestHour },
)}
<h3>What kept messages back <small>asks of the gate, and people</small></h3>
${bars(
  Object.entries(totals.collisions)
    .sort(([, a], [, b]) => b.asks - a.asks)
    .map(([reason, { asks, people }]) => [
      reason.replaceAll('_', ' '),
      asks,
      `${number(asks)} · ${number(people)} people`,
    ]),
  width,
)}
${journeys
  .map(
    ([name, one]) => `<h3>${escapeMarkup(name)}</h3>
<p>${number(one.entered)} entered, ${number(one.goals)} reached the goal, ${number(one.open)} still under way.</p>
${bars(
  [
    ...sortedCounts(one.ended).map(([how, count]): [string, number, string] => [
      `ended ${how}`,
      count,
      number(count),
    ]),
    ...sortedCounts(one.refused).map(([why, count]): [string, number, string] => [
      `refused ${why.replaceAll('_', ' ')}`,
      count,
      number(count),
    ]),
  ],
  width,
)}
<table><thead><tr><th>message<th>sent<th>segments<th>cost<th>suppressed<th>deferred</thead><tbody>
${Object.entries(one.messages)
  .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
  .map(
    ([message, counts]) =>
      `<tr><td>${escapeMarkup(message)}<td>${number(counts.sent)}<td>${number(counts.segments)}<td>${dollars(counts.segments, price)}<td>${reasons(counts.suppressed)}<td>${reasons(counts.deferred)}`,
  )
  .join('\n')}
</tbody></table>`,
  )
  .join('\n')}
${mistakes(totals)}
</section>`;
}

/** The days from the first on which something happened, on any side, to the last, those without anything too. */
function everyDay(sides: readonly Totals[]): string[] {
  const known = sides.flatMap(({ days }) => Object.keys(days)).sort();
  const [first = '', last = ''] = [known[0], known.at(-1)];
  const all: string[] = [];
  for (let at = Date.parse(first); at <= Date.parse(last); at += 86_400_000) {
    all.push(new Date(at).toISOString().slice(0, 10));
  }
  return all;
}

const nothing: Totals['days'][string] = { entered: 0, sent: 0, kept: 0 };

const heightOf = ({ entered, sent, kept } = nothing): number => Math.max(entered, sent + kept);

function differenceSection(
  { parted, shown }: NonNullable<Report['differences']>,
  sides: Report['sides'],
): string {
  const rows = shown.map((parting) =>
    [parting.id, ...partingTexts(parting)].map((text) => `<td>${escapeMarkup(text)}`).join(''),
  );
  const more =
    parted > shown.length
      ? ` <small>of whom ${number(shown.length)} are shown; --ndjson writes all</small>`
      : '';
  return `<section class="wide"><h2>${number(parted)} people are treated differently${more}</h2>
<table><thead><tr><th>who<th>${escapeMarkup(sides[0]?.of ?? '')}<th>${escapeMarkup(sides[1]?.of ?? '')}</thead><tbody>${rows.map((row) => `<tr>${row}`).join('\n')}</tbody></table></section>`;
}

function mistakes({ mistakes }: Totals): string {
  const rows = Object.entries(mistakes).map(
    ([sentence, count]) => `<li>${count} × ${escapeMarkup(sentence)}`,
  );
  return rows.length === 0 ? '' : `<h3>Runs that stand still</h3><ul>${rows.join('')}</ul>`;
}

const figure = (name: string, value: string) => `<div><dt>${name}<dd>${value}</div>`;
const number = (value: number) => value.toLocaleString('en-US');
const reasons = (counts: { readonly [reason: string]: number }) =>
  sortedCounts(counts)
    .map(([reason, count]) => `${escapeMarkup(reason.replaceAll('_', ' '))} ${number(count)}`)
    .join('<br>') || '–';

const style = `
:root { --ink: #1d2430; --quiet: #687386; --line: #e3e7ed; --paper: #fff; --back: #f6f7f9; --a: #2563eb; --b: #f59e0b; --c: #94a3b8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf2; --quiet: #98a3b5; --line: #303846; --paper: #1a202b; --back: #12161d; --a: #60a5fa; --b: #fbbf24; --c: #64748b; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
header, main, .wide { max-width: 1180px; margin: 0 auto; padding: 24px; }
header { padding-bottom: 0; } h1 { margin: 0; font-size: 26px; } header p { margin: 4px 0 0; color: var(--quiet); }
main { display: grid; gap: 24px; } main.two { grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); }
section { min-width: 0; background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: 20px 24px; }
.wide { width: calc(100% - 48px); max-width: 1132px; margin-bottom: 24px; padding: 20px 24px; } .wide td { white-space: normal; } h2 { margin: 0 0 12px; font-size: 19px; } h3 { margin: 26px 0 8px; font-size: 15px; } h2 small, h3 small { color: var(--quiet); font-weight: 400; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(104px, 1fr)); gap: 12px; margin: 0; }
.figures div { border: 1px solid var(--line); border-radius: 8px; padding: 10px 12px; } dt { color: var(--quiet); font-size: 13px; } dd { margin: 0; font-size: 21px; font-variant-numeric: tabular-nums; }
svg { display: block; width: 100%; height: auto; } svg text { fill: var(--quiet); font: 11px system-ui, sans-serif; } svg .value { fill: var(--ink); }
.a { fill: var(--a); } .b { fill: var(--b); } .c { fill: none; stroke: var(--c); stroke-width: 1.5; } .axis { stroke: var(--line); }
.legend { display: flex; gap: 16px; color: var(--quiet); font-size: 13px; } .legend i { display: inline-block; width: 10px; height: 10px; margin-right: 5px; border-radius: 2px; }
table { width: 100%; border-collapse: collapse; margin-top: 10px; font-size: 14px; } th, td { text-align: left; padding: 5px 8px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--quiet); font-weight: 500; } td:nth-child(n+2):nth-child(-n+4) { white-space: nowrap; } td { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
`;
