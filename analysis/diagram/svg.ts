import type { JourneyPolicy } from '../../catalog/policy';
import { escapeMarkup } from '../../rules/escape-markup';
import type { JourneySource } from '../flow';
import { box, column, type Drawn, type Laid, LINE_HEIGHT, moved, TEXT_SIZE } from './layout';
import { endings, policyRows, triggerWords } from './policy-words';
import { type Look, type Shape, shapesOf } from './shapes';
import { textWidth } from './text-size';

const MARGIN = 24;
const TITLE_SIZE = 19;
const LABEL_COLUMN = 84;

/** The flow as a picture of its own: the policy on top, what can end a run at any moment beside it. */
export function svg(journey: JourneySource, policy: Partial<JourneyPolicy>): string {
  const title = `${journey.id} v${journey.version}`;
  const rows = policyRows(policy);
  const start: Shape = {
    kind: 'box',
    look: 'start',
    lines: [policy.enter ? triggerWords(policy.enter) : 'enters'],
  };
  const shapes = shapesOf(journey.flow);
  const flow = column([start, ...shapes, { kind: 'leave', text: 'completed' }]);
  const aside = endingsBeside(policy);
  const head = MARGIN + TITLE_SIZE + 12 + rows.length * LINE_HEIGHT + 20;
  const headWidth = Math.max(
    textWidth(title, TITLE_SIZE),
    ...rows.map(([, words]) => LABEL_COLUMN + textWidth(words, TEXT_SIZE)),
  );
  const gap = aside.width > 0 ? 48 : 0;
  const width = Math.ceil(Math.max(headWidth, flow.width + gap + aside.width) + 2 * MARGIN);
  const height = Math.ceil(head + Math.max(flow.height, aside.height) + MARGIN);
  const drawn = [...moved(flow.drawn, MARGIN, head), ...moved(aside.drawn, MARGIN + flow.width + gap, head)];
  const body = [
    text(MARGIN, MARGIN + TITLE_SIZE - 4, title, 'title'),
    ...rows.flatMap(([name, words], index) => {
      const y = MARGIN + TITLE_SIZE + 12 + (index + 1) * LINE_HEIGHT - 4;
      return [text(MARGIN, y, name, 'name'), text(MARGIN + LABEL_COLUMN, y, words, 'words')];
    }),
    // Frames lie under what is in them, ways over the frames.
    ...['frame', 'way', 'box', 'label'].flatMap((kind) =>
      drawn.filter((one) => one.kind === kind).map(element),
    ),
    ...drawn.flatMap((one) =>
      one.kind === 'frame' ? [text(one.x + 10, one.y + 15, one.title, 'heading')] : [],
    ),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeMarkup(`The flow of ${title}`)}">`,
    `<style>${style}</style>`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0.5 8 4 0 7.5z" class="tip"/></marker></defs>',
    `<rect width="${width}" height="${height}" class="paper"/>`,
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

/** What ends a run whatever it is at, below each other. */
function endingsBeside(policy: Partial<JourneyPolicy>): Laid {
  const found = endings(policy);
  if (found.length === 0) return { width: 0, height: 0, axis: 0, open: false, drawn: [] };
  const drawn: Drawn[] = [{ kind: 'label', text: 'at any moment', x: 0, y: 10 }];
  let y = 18;
  let width = 0;
  for (const { on, how } of found) {
    const part = box('end', [on, `→ ${how}`]);
    drawn.push(...moved(part.drawn, 0, y));
    width = Math.max(width, part.width);
    y += part.height + 12;
  }
  return { width, height: y, axis: 0, open: false, drawn };
}

function element(drawn: Drawn): string {
  switch (drawn.kind) {
    case 'box': {
      const { look, lines, x, y, width, height } = drawn;
      const first = y + (height - lines.length * LINE_HEIGHT) / 2 + LINE_HEIGHT - 4.5;
      const said = lines.map((line, index) =>
        text(x + width / 2, first + index * LINE_HEIGHT, line, index === 0 ? 'first' : 'more'),
      );
      return `<g class="${look}">${outline(look, x, y, width, height)}${said.join('')}</g>`;
    }
    case 'frame': {
      const { x, y, width, height } = drawn;
      return `<g class="frame"><rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="8"/></g>`;
    }
    case 'way': {
      const [start, ...rest] = drawn.points;
      const path = `M${point(start)}${rest.map((one) => `L${point(one)}`).join('')}`;
      return `<path d="${path}" class="way"${drawn.arrow ? ' marker-end="url(#arrow)"' : ''}/>`;
    }
    case 'label':
      return text(drawn.x, drawn.y, drawn.text, 'label');
  }
}

function outline(look: Look, x: number, y: number, width: number, height: number): string {
  if (look === 'question') {
    const [left, right, middle] = [x, x + width, y + height / 2];
    const corners = [
      [left, middle],
      [left + 14, y],
      [right - 14, y],
      [right, middle],
      [right - 14, y + height],
      [left + 14, y + height],
    ] as const;
    return `<polygon points="${corners.map(point).join(' ')}"/>`;
  }
  const radius = look === 'start' || look === 'end' || look === 'wait' ? Math.min(height / 2, 18) : 5;
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="${n(radius)}"/>`;
}

function text(x: number, y: number, content: string, name: string): string {
  return `<text x="${n(x)}" y="${n(y)}" class="${name}">${escapeMarkup(content)}</text>`;
}

const n = (value: number): string => String(Math.round(value * 10) / 10);
const point = (at: readonly [number, number] | undefined): string => (at ? `${n(at[0])} ${n(at[1])}` : '');

const style = [
  'text{font:13px Helvetica,Arial,sans-serif;fill:#374151}',
  '.paper{fill:#fff}',
  '.title{font-size:19px;font-weight:bold;fill:#111827}',
  '.name{fill:#6b7280}',
  '.label{font-size:11px;fill:#4b5563}',
  // A way may run beneath a heading.
  '.heading{font-size:11px;fill:#4b5563;paint-order:stroke;stroke:#f9fafb;stroke-width:5px;stroke-linejoin:round}',
  '.first,.more{text-anchor:middle}',
  '.way{fill:none;stroke:#6b7280;stroke-width:1.4}',
  '.tip{fill:#6b7280}',
  'g rect,g polygon{stroke-width:1.4}',
  '.frame rect{fill:#f9fafb;stroke:#cbd5e1}',
  '.start rect{fill:#1f2937;stroke:#1f2937}.start text{fill:#fff}',
  '.end rect{fill:#f3f4f6;stroke:#9ca3af}',
  '.send rect{fill:#dbeafe;stroke:#2563eb}.send text{fill:#1e3a8a}.send .more{font-weight:bold}',
  '.wait rect{fill:#fef3c7;stroke:#d97706}.wait text{fill:#78350f}',
  '.offer rect{fill:#dcfce7;stroke:#16a34a}.offer text{fill:#14532d}',
  '.note rect{fill:#fff;stroke:#9ca3af}',
  '.question polygon{fill:#ede9fe;stroke:#7c3aed}.question text{fill:#4c1d95}',
  '.opaque rect{fill:#fff;stroke:#dc2626;stroke-dasharray:5 3}.opaque text{fill:#7f1d1d}',
].join('');
