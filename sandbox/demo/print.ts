import { painter, ProgressLine, type Style, type Terminal } from '../../client/cli/terminal';

/** What the demo is told on. */
export interface Screen {
  readonly paint: (style: Style, text: string) => string;
  say(...lines: readonly string[]): void;
  /** A bar that is redrawn on a terminal, and said every fifteen seconds elsewhere; `end` takes it away. */
  progress(): { show(done: number, of: number, note: string): void; end(): void };
}

export function screenOn(terminal: Terminal): Screen {
  const { out } = terminal;
  return {
    paint: painter(terminal),
    say: (...lines) => lines.forEach((line) => out.write(`${line}\n`)),
    progress: () => {
      const line = new ProgressLine(out, 15_000);
      const began = performance.now();
      return {
        show: (done, of, note) => line.show(progressBar(done / of, performance.now() - began, note)),
        end: () => line.clear(),
      };
    },
  };
}

const cells = 24;

export function progressBar(share: number, elapsedMs: number, note: string): string {
  const full = Math.round(share * cells);
  const bar = '█'.repeat(full) + '░'.repeat(cells - full);
  const percent = `${Math.floor(share * 100)}`.padStart(3);
  // Earlier than that it would be a guess.
  const isTellable = share >= 0.1 && share < 1;
  const left = isTellable ? `, about ${seconds(elapsedMs / share - elapsedMs)} left` : '';
  return `  ${bar} ${percent} %  ${note}  ${seconds(elapsedMs)}${left}`;
}

export function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`;
}
