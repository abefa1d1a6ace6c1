/** The environment is not usable. The message lists every problem, one a line. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID';

  constructor(readonly problems: readonly string[]) {
    super(`The environment is not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** A part of the environment: its settings, or what is wrong with them. */
export interface Reading<Settings> {
  readonly settings: Settings | undefined;
  readonly problems: readonly string[];
}
