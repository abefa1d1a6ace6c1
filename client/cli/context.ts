import type { Command } from 'commander';
import type { Database } from '../../store/database';
import { withDatabase } from './target';
import { harmless, painter, type Style, type Terminal } from './terminal';

/** What every command may be told, before or after its name. */
export interface GlobalOptions {
  readonly home?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** What a command works with. */
export interface Context extends GlobalOptions {
  readonly terminal: Terminal;
  readonly paint: (style: Style, text: string) => string;
  say(...lines: readonly string[]): void;
  /** One JSON document on standard output. */
  sayJson(value: unknown): void;
  /** Opens the database for the time of `work`. */
  database<T>(work: (db: Database) => Promise<T>): Promise<T>;
}

export function contextOf(command: Command, terminal: Terminal): Context {
  const options = command.optsWithGlobals<GlobalOptions>();
  return {
    ...options,
    terminal,
    paint: painter(terminal),
    say: (...lines) => lines.forEach((line) => terminal.out.write(`${harmless(line)}\n`)),
    sayJson: (value) => terminal.out.write(`${JSON.stringify(value, null, 2)}\n`),
    database: (work) => withDatabase({ home: options.home, env: terminal.env }, work),
  };
}
