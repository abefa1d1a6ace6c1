import { elapsed, type Duration } from '../catalog/duration';
import type { Read } from './flow';

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** `90 minutes`, `24 hours`, `7 days`: in the largest unit that divides it and was meant. */
export function durationWords(duration: Duration): string {
  if (duration.days !== undefined) return counted(duration.days, 'day');
  const ms = elapsed(duration);
  if (!Number.isFinite(ms)) return 'for ever';
  const [unit, size] = units.slice(1).find(([, one]) => ms >= one && ms % one === 0) ?? ['second', 1_000];
  return counted(ms / size, unit);
}

function counted(n: number, unit: string): string {
  return `${n} ${unit}${n === 1 ? '' : 's'}`;
}

/** The values where they are known, else the text; many of them by the first and the last. */
export function readWords<T>(read: Read<T>, words: (value: T) => string): string {
  return read.known ? listWords([...new Set(read.values.map(words))]) : read.text;
}

export function listWords(items: readonly string[]): string {
  if (items.length <= 4) return items.join(', ');
  return `${items.slice(0, 2).join(', ')} … ${items.at(-1)}`;
}

/** At most so many characters, cut with an ellipsis. */
export function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;
}
