import { styleText } from 'node:util';

/** What a command writes to and reads from; tests bring their own. */
export interface Terminal {
  readonly out: Stream;
  readonly err: Stream;
  readonly env: NodeJS.ProcessEnv;
}

export interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export type Style = Parameters<typeof styleText>[0];

/** Colors for a stream: only on a terminal, and not when NO_COLOR is set; FORCE_COLOR has the last word. */
export function painter({ out, env }: Terminal): (style: Style, text: string) => string {
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '' && env.FORCE_COLOR !== '0';
  const colored = forced || (out.isTTY === true && !env.NO_COLOR && env.FORCE_COLOR !== '0');
  // It would look at the process' own streams otherwise.
  return (style, text) => (colored ? styleText(style, text, { validateStream: false }) : text);
}

/**
 * Text as it may be shown: of the control characters that people and services can write into theirs, which would steer
 * whoever's terminal shows them, only ends of lines, tabs and our own colors are left.
 */
export function harmless(text: string): string {
  return text.replace(controls, (found) =>
    found.startsWith('\n') || found.startsWith('\t') || found.startsWith('\u001B[') ? found : '\uFFFD',
  );
}

const controls = /\p{Cc}(?:\[(?:0|1|22|[39]\d)m)?/gu;

/** One line that is redrawn on a terminal, and said every `everyMs` elsewhere. */
export class ProgressLine {
  private saidAt = Date.now();

  constructor(
    private readonly stream: Stream,
    private readonly everyMs = 5_000,
  ) {}

  show(text: string): void {
    if (this.stream.isTTY) this.stream.write(`\r\u001B[K${text}`);
    else if (Date.now() - this.saidAt >= this.everyMs) {
      this.saidAt = Date.now();
      this.stream.write(`${text}\n`);
    }
  }

  clear(): void {
    if (this.stream.isTTY) this.stream.write('\r\u001B[K');
  }
}
