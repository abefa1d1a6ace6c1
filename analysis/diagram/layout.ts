import type { Lane, Look, Shape } from './shapes';
import { textWidth, wrapped } from './text-size';

export const TEXT_SIZE = 13;
export const LINE_HEIGHT = 17;
const LABEL_SIZE = 11;
const MAX_TEXT = 230;
const PADDING_X = 14;
const PADDING_Y = 9;
/** Between one thing and the next below it. */
const DOWN = 26;
/** Between arms, side by side. */
const ACROSS = 28;
const FRAME_PADDING = 16;
const FRAME_TITLE = 24;
/** Room for the label of a way. */
const LABEL_HEIGHT = 16;

/** What is drawn, at its place. */
export type Drawn =
  | {
      readonly kind: 'box';
      readonly look: Look;
      readonly lines: readonly string[];
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    }
  | {
      readonly kind: 'frame';
      readonly title: string;
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    }
  /** A way from point to point, with an arrow at its end where it leads into something. */
  | {
      readonly kind: 'way';
      readonly points: readonly (readonly [x: number, y: number])[];
      readonly arrow: boolean;
    }
  | { readonly kind: 'label'; readonly text: string; readonly x: number; readonly y: number };

/** Something laid out with its upper left corner at 0, 0; `axis` is where ways come in and go out. */
export interface Laid {
  readonly width: number;
  readonly height: number;
  readonly axis: number;
  /** A way goes out of it at the bottom. */
  readonly open: boolean;
  readonly drawn: readonly Drawn[];
}

const nothing: Laid = { width: 24, height: 0, axis: 12, open: true, drawn: [] };

/** Lays shapes out one below the other. A flow is made of nested parts, so no way ever crosses another. */
export function column(shapes: readonly Shape[]): Laid {
  const reached = untilClosed(shapes.map(laid));
  if (reached.length === 0) return nothing;
  const left = Math.max(...reached.map(({ axis }) => axis));
  const right = Math.max(...reached.map(({ width, axis }) => width - axis));
  const drawn: Drawn[] = [];
  let y = 0;
  for (const [index, part] of reached.entries()) {
    if (index > 0) {
      drawn.push({
        kind: 'way',
        points: [
          [left, y],
          [left, y + DOWN],
        ],
        arrow: true,
      });
      y += DOWN;
    }
    drawn.push(...moved(part.drawn, left - part.axis, y));
    y += part.height;
  }
  return { width: left + right, height: y, axis: left, open: reached.at(-1)?.open ?? true, drawn };
}

/** What stands behind a part that no way leads out of is never reached. */
function untilClosed(parts: readonly Laid[]): readonly Laid[] {
  const closed = parts.findIndex(({ open }) => !open);
  return closed < 0 ? parts : parts.slice(0, closed + 1);
}

function laid(shape: Shape): Laid {
  switch (shape.kind) {
    case 'box':
      return box(shape.look, shape.lines);
    case 'leave':
      return { ...box('end', [shape.text]), open: false };
    case 'fork':
      return fork(box(shape.look, shape.lines), shape.arms);
    case 'frame':
      return frame(shape.title, shape.lanes);
  }
}

export function box(look: Look, given: readonly string[]): Laid {
  const lines = given.flatMap((line) => wrapped(line, TEXT_SIZE, MAX_TEXT));
  // A question's sides are slanted, and take their room.
  const slant = look === 'question' ? 14 : 0;
  const text = Math.max(...lines.map((line) => textWidth(line, TEXT_SIZE)));
  const width = Math.max(64, Math.ceil(text) + 2 * (PADDING_X + slant));
  const height = lines.length * LINE_HEIGHT + 2 * PADDING_Y;
  return {
    width,
    height,
    axis: width / 2,
    open: true,
    drawn: [{ kind: 'box', look, lines, x: 0, y: 0, width, height }],
  };
}

function fork(head: Laid, lanes: readonly Lane[]): Laid {
  const arms = sideBySide(lanes, true);
  const left = Math.max(head.axis, arms.axis);
  const width = left + Math.max(head.width - head.axis, arms.width - arms.axis);
  return {
    width,
    height: head.height + arms.height,
    axis: left,
    open: arms.open,
    drawn: [...moved(head.drawn, left - head.axis, 0), ...moved(arms.drawn, left - arms.axis, head.height)],
  };
}

function frame(title: string, lanes: readonly Lane[]): Laid {
  const inner = sideBySide(lanes, lanes.length > 1 || lanes.some(({ label }) => label !== undefined));
  const titleWidth = textWidth(title, LABEL_SIZE) + 2 * FRAME_PADDING;
  const width = Math.max(inner.width + 2 * FRAME_PADDING, titleWidth);
  const inset = (width - inner.width) / 2;
  const axis = inset + inner.axis;
  const height = FRAME_TITLE + inner.height + FRAME_PADDING;
  const drawn: Drawn[] = [{ kind: 'frame', title, x: 0, y: 0, width, height }];
  drawn.push({
    kind: 'way',
    points: [
      [axis, 0],
      [axis, FRAME_TITLE],
    ],
    arrow: lanes.length === 1,
  });
  drawn.push(...moved(inner.drawn, inset, FRAME_TITLE));
  // A loop goes on below it when its rounds are done, though each of them may leave early.
  if (inner.open) {
    const y = FRAME_TITLE + inner.height;
    drawn.push({
      kind: 'way',
      points: [
        [axis, y],
        [axis, height],
      ],
      arrow: false,
    });
  }
  return { width, height, axis, open: true, drawn };
}

/** Lanes beside each other between a fork and a join. One lane alone is laid as it is. */
function sideBySide(lanes: readonly Lane[], joined: boolean): Laid {
  const [only] = lanes;
  if (!joined && only) return column(only.shapes);
  const bodies = lanes.map(({ shapes }) => column(shapes));
  const labels = lanes.map(({ label = '' }) => textWidth(label, LABEL_SIZE) + 16);
  const top = 12 + LABEL_HEIGHT + 12;
  const depth = Math.max(...bodies.map(({ height }) => height));
  const someOpen = bodies.some(({ open }) => open);
  const height = top + depth + (someOpen ? 18 : 0);
  const drawn: Drawn[] = [];
  const axes: number[] = [];
  let x = 0;
  for (const [index, body] of bodies.entries()) {
    // A label stands to the right of its way.
    const room = Math.max(body.width, body.axis + (labels[index] ?? 0));
    axes.push(x + body.axis);
    drawn.push(...moved(body.drawn, x, top));
    x += room + ACROSS;
  }
  const width = x - ACROSS;
  const first = axes[0] ?? 0;
  const axis = (first + (axes.at(-1) ?? first)) / 2;
  for (const [index, body] of bodies.entries()) {
    const at = axes[index] ?? 0;
    const isEmpty = body.drawn.length === 0;
    drawn.push({
      kind: 'way',
      points: [
        [axis, 0],
        [axis, 12],
        [at, 12],
        [at, top],
      ],
      arrow: !isEmpty,
    });
    const { label } = lanes[index] ?? {};
    if (label !== undefined) drawn.push({ kind: 'label', text: label, x: at + 6, y: 12 + LABEL_HEIGHT - 2 });
    if (!body.open) continue;
    const join = height - 6;
    drawn.push({
      kind: 'way',
      points: [
        [at, top + body.height],
        [at, join],
        [axis, join],
        [axis, height],
      ],
      arrow: false,
    });
  }
  return { width, height, axis, open: someOpen, drawn };
}

export function moved(drawn: readonly Drawn[], dx: number, dy: number): Drawn[] {
  return drawn.map((one) =>
    one.kind === 'way'
      ? { ...one, points: one.points.map(([x, y]) => [x + dx, y + dy] as const) }
      : { ...one, x: one.x + dx, y: one.y + dy },
  );
}
