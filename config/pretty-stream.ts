import { styleText } from 'node:util';

/** Turns lines of JSON into one line each for people: time, level, message, then the fields. */
export function prettyStream(output: { write(text: string): void }): { write(line: string): void } {
  return { write: (line) => output.write(`${prettyLine(line)}\n`) };
}

export function prettyLine(line: string): string {
  const { level, time, pid: _, msg = '', err, ...fields } = JSON.parse(line) as Line;
  const clock = time.slice(11, 19);
  const parts = Object.entries(fields).map(([name, value]) => styleText('gray', `${name}=${compact(value)}`));
  const stack = err?.stack;
  const head = [styleText('gray', clock), colored(level), msg, ...parts].join(' ');
  return stack === undefined ? head : `${head}\n${styleText('gray', stack)}`;
}

interface Line extends Record<string, unknown> {
  readonly level: string;
  readonly time: string;
  readonly msg?: string;
  readonly err?: { readonly stack?: string };
}

function colored(level: string): string {
  const label = level.toUpperCase().padEnd(5);
  if (level === 'error' || level === 'fatal') return styleText('red', label);
  if (level === 'warn') return styleText('yellow', label);
  return styleText('green', label);
}

function compact(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
