/** Numbers under a name, one for each place on the axis. */
export interface Series {
  readonly name: string;
  readonly values: readonly number[];
}

const LEFT = 40;

/** How wide a picture is, and what its highest column stands for: the same for pictures that are seen beside each other. */
export interface Axes {
  readonly width: number;
  readonly highest: number;
}

/** The first two series stacked as columns, the third as a line over them. */
export function stacked(
  names: readonly string[],
  [first, second, line]: readonly Series[],
  { width, highest }: Axes,
): string {
  const height = 200;
  const most = niceTop(highest);
  const y = (value: number) => height - 20 - (value / most) * (height - 34);
  const step = (width - LEFT) / Math.max(1, names.length);
  const x = (at: number) => LEFT + at * step;
  const thick = Math.min(step * 0.8, 48);
  const column = (at: number, from: number, to: number, kind: string) =>
    to > from
      ? `<rect class="${kind}" x="${round(x(at) + (step - thick) / 2)}" y="${round(y(to))}" width="${round(thick)}" height="${round(y(from) - y(to))}"/>`
      : '';
  const rects = names.map((name, at) => {
    const [low, high] = [first?.values[at] ?? 0, second?.values[at] ?? 0];
    const title = `${name}: ${low} ${first?.name}, ${high} ${second?.name}, ${line?.values[at] ?? 0} ${line?.name}`;
    return `<g><title>${title}</title>${column(at, 0, low, 'a')}${column(at, low, low + high, 'b')}</g>`;
  });
  const path = (line?.values ?? []).map(
    (value, at) => `${at === 0 ? 'M' : 'L'}${round(x(at) + step / 2)} ${round(y(value))}`,
  );
  const every = Math.max(1, Math.ceil((names.length * 90) / width));
  const labels = names.map((name, at) =>
    at % every === 0
      ? `<text x="${round(x(at) + (step - thick) / 2)}" y="${height - 4}">${name.slice(5)}</text>`
      : '',
  );
  const legend = [
    ['a', first?.name],
    ['b', second?.name],
    ['c', line?.name],
  ].map(([kind, name]) => `<span><i style="background:var(--${kind})"></i>${name}</span>`);
  return `<div class="legend">${legend.join('')}</div><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${first?.name} and ${second?.name} by day">
${scale(most, y, width)}${rects.join('')}<path class="c" d="${path.join('')}"/>${labels.join('')}</svg>`;
}

/** One column for each name. */
export function columns(
  values: readonly (readonly [name: string, value: number])[],
  { width, highest }: Axes,
): string {
  const height = 120;
  const most = niceTop(highest);
  const y = (value: number) => height - 20 - (value / most) * (height - 32);
  const step = (width - LEFT) / Math.max(1, values.length);
  const rects = values.map(([name, value], at) => {
    const left = LEFT + at * step;
    return `<g><title>${name}: ${value}</title><rect class="a" x="${round(left + step * 0.15)}" y="${round(y(value))}" width="${round(step * 0.7)}" height="${round(y(0) - y(value))}"/><text x="${round(left + step / 2)}" y="${height - 5}" text-anchor="middle">${name}</text></g>`;
  });
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="by hour">${scale(most, y, width)}${rects.join('')}</svg>`;
}

/** One bar for each name, with what is to be read at its end. */
export function bars(
  rows: readonly (readonly [name: string, value: number, text: string])[],
  width: number,
): string {
  if (rows.length === 0) return '<p>Nothing.</p>';
  const most = Math.max(1, ...rows.map(([, value]) => value));
  const lines = rows.map(([name, value, text], at) => {
    const y = at * 24;
    const length = Math.max(2, (value / most) * (width - NAMES - FIGURES));
    return `<text class="value" x="0" y="${y + 15}">${name}</text><rect class="a" x="${NAMES}" y="${y + 4}" width="${round(length)}" height="15" rx="3"/><text x="${round(NAMES + 10 + length)}" y="${y + 15}">${text}</text>`;
  });
  return `<svg viewBox="0 0 ${width} ${rows.length * 24}" role="img" aria-label="counts">${lines.join('')}</svg>`;
}

/** What the names of bars, and the figures behind them, take. */
const NAMES = 190;
const FIGURES = 130;

function scale(most: number, y: (value: number) => number, width: number): string {
  return [0, most / 2, most]
    .map(
      (value) =>
        `<line class="axis" x1="${LEFT}" x2="${width}" y1="${round(y(value))}" y2="${round(y(value))}"/><text x="${LEFT - 6}" y="${round(y(value) + 4)}" text-anchor="end">${value}</text>`,
    )
    .join('');
}

/** The next of 2, 4, 6, 8, 10, 12, 16, 20, 40 …: its half is whole too. */
function niceTop(highest: number): number {
  const value = Math.max(1, highest);
  const power = 10 ** Math.floor(Math.log10(value));
  const found = [1, 1.2, 1.6, 2, 4, 6, 8, 10]
    .map((one) => Math.round(one * power))
    .find((top) => top >= value && top % 2 === 0);
  return found ?? 10 * power;
}

const round = (value: number) => Math.round(value * 10) / 10;
