/** A project that cannot be run as it is. `problems` says what and where, a line each. */
export class ProjectError extends Error {
  override readonly name = 'ProjectError';
  constructor(
    readonly code:
      | 'PROJECT_DOES_NOT_COMPILE'
      | 'PROJECT_EXISTS'
      | 'PROJECT_INVALID'
      | 'PROJECT_WITHOUT_TOOLS'
      | 'JOURNEY_EXISTS'
      | 'JOURNEY_INVALID',
    sentence: string,
    readonly problems: readonly string[] = [],
    /** Files that were read, from the project's root. */
    readonly sources: readonly string[] = [],
  ) {
    super([sentence, ...problems.map((problem) => `  ${problem}`)].join('\n'));
  }
}
