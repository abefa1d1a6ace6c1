import type { Environment } from '../../../config/environment';

/** A setting that `readEnvironment` was told to insist on. */
export function required<Name extends keyof Environment>(
  environment: Environment,
  name: Name,
): NonNullable<Environment[Name]> {
  const value = environment[name];
  if (value === undefined) throw new TypeError(`The environment was read without insisting on ${name}`);
  return value as NonNullable<Environment[Name]>;
}
