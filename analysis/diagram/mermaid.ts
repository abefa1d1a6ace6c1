import type { JourneyPolicy } from '../../catalog/policy';
import type { JourneySource } from '../flow';
import { endings, policyRows, triggerWords } from './policy-words';
import { type Lane, type Look, type Shape, shapesOf } from './shapes';

/** The flow as a Mermaid flowchart, with its policy on top. */
export function mermaid(journey: JourneySource, policy: Partial<JourneyPolicy>): string {
  return new Flowchart().draw(journey, policy);
}

const outlines: { readonly [look in Look]: readonly [open: string, close: string] } = {
  start: ['([', '])'],
  end: ['([', '])'],
  send: ['[', ']'],
  wait: ['(', ')'],
  offer: ['[', ']'],
  note: ['[', ']'],
  question: ['{', '}'],
  opaque: ['[[', ']]'],
};

/** Ways that lead into what comes next: from a node, perhaps with a label. */
type Way = { readonly from: string; readonly label?: string };

class Flowchart {
  private readonly lines: string[] = [];
  /** Written last: what a subgraph mentions, Mermaid would draw inside of it. */
  private readonly ways: string[] = [];
  private count = 0;
  private depth = 1;

  draw(journey: JourneySource, policy: Partial<JourneyPolicy>): string {
    this.line('flowchart TD');
    const rows = policyRows(policy).map(([name, words]) => `${name}: ${words}`);
    this.node('note', [`${journey.id} v${journey.version}`, ...rows], 'policy');
    const start = this.node('start', [policy.enter ? triggerWords(policy.enter) : 'enters']);
    const ways = this.shapes(shapesOf(journey.flow), [{ from: start }]);
    if (ways.length > 0) this.connect(ways, this.node('end', ['completed']));
    endings(policy).forEach(({ on, how }, index) => {
      const end = this.node('end', [how], `ending${index + 1}`);
      this.ways.push(`  policy -. "${escaped(`at any moment: ${on}`)}" .-> ${end}`);
    });
    const looks = Object.entries(styles).map(([look, style]) => `  classDef ${look}Look ${style}`);
    return `${[...this.lines, ...this.ways, ...looks].join('\n')}\n`;
  }

  private shapes(shapes: readonly Shape[], ways: readonly Way[]): readonly Way[] {
    let open = ways;
    for (const shape of shapes) {
      // What stands behind a way that has left is never reached.
      if (open.length === 0) return open;
      open = this.shape(shape, open);
    }
    return open;
  }

  private shape(shape: Shape, ways: readonly Way[]): readonly Way[] {
    switch (shape.kind) {
      case 'box': {
        const node = this.node(shape.look, shape.lines);
        this.connect(ways, node);
        return [{ from: node }];
      }
      case 'leave':
        this.connect(ways, this.node('end', [shape.text]));
        return [];
      case 'fork': {
        const node = this.node(shape.look, shape.lines);
        this.connect(ways, node);
        return this.lanes(shape.arms, node);
      }
      case 'frame':
        return this.frame(shape, ways);
    }
  }

  private frame(shape: Extract<Shape, { kind: 'frame' }>, ways: readonly Way[]): readonly Way[] {
    const id = this.next();
    this.line(`subgraph ${id}["${escaped(shape.title)}"]`);
    this.depth++;
    const entry = `${id}in`;
    this.line(`${entry}(( )):::noteLook`);
    this.connect(ways, entry);
    const open = this.lanes(shape.lanes, entry);
    this.depth--;
    this.line('end');
    return open;
  }

  private lanes(lanes: readonly Lane[], from: string): readonly Way[] {
    return lanes.flatMap(({ label, shapes }) =>
      this.shapes(shapes, [label === undefined ? { from } : { from, label }]),
    );
  }

  private connect(ways: readonly Way[], to: string): void {
    for (const { from, label } of ways) {
      this.ways.push(`  ${from} --${label === undefined ? '' : ` "${escaped(label)}" --`}> ${to}`);
    }
  }

  private node(look: Look, lines: readonly string[], id = this.next()): string {
    const [open, close] = outlines[look];
    this.line(`${id}${open}"${lines.map(escaped).join('<br/>')}"${close}:::${look}Look`);
    return id;
  }

  private next(): string {
    return `n${++this.count}`;
  }

  private line(text: string): void {
    this.lines.push(text.startsWith('flowchart') ? text : `${'  '.repeat(this.depth)}${text}`);
  }
}

const styles: { readonly [look in Look]: string } = {
  start: 'fill:#1f2937,stroke:#1f2937,color:#ffffff',
  end: 'fill:#f3f4f6,stroke:#6b7280,color:#1f2937',
  send: 'fill:#dbeafe,stroke:#2563eb,color:#1e3a8a',
  wait: 'fill:#fef3c7,stroke:#d97706,color:#78350f',
  offer: 'fill:#dcfce7,stroke:#16a34a,color:#14532d',
  note: 'fill:#ffffff,stroke:#9ca3af,color:#374151',
  question: 'fill:#ede9fe,stroke:#7c3aed,color:#4c1d95',
  opaque: 'fill:#ffffff,stroke:#dc2626,color:#7f1d1d,stroke-dasharray:4',
};

/** Mermaid reads these characters itself. */
function escaped(text: string): string {
  return text
    .replaceAll('#', '#35;')
    .replaceAll('"', '#quot;')
    .replaceAll('<', '#lt;')
    .replaceAll('>', '#gt;');
}
