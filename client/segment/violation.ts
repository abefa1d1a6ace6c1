/** How an event breaks the shape of its call or the tracking plan; `internal` is ours: it could not be stored. */
export type ViolationCode = 'no_identity' | 'required' | 'type' | 'unknown_event' | 'version' | 'internal';

export interface Violation {
  /** Dotted, from the event's root, as in `properties.providerId`; empty for the event as a whole. */
  readonly path: string;
  readonly code: ViolationCode;
  /** What was expected and the type of what came; never its value. */
  readonly message: string;
}

/** The type of a JSON value in the words of a violation. */
export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'string' ? 'text' : typeof value;
}

export function required(path: string): Violation {
  return { path, code: 'required', message: `required: ${path.slice(path.lastIndexOf('.') + 1)}` };
}

export function wrongType(path: string, expected: string, value: unknown): Violation {
  return { path, code: 'type', message: `expected ${expected}, got ${typeOf(value)}` };
}
