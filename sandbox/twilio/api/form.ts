/** A form as it came: keys may repeat. */
export type Form = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The value of a key, the first of them where it repeats; undefined when absent or empty. */
export function field(form: Form, name: string): string | undefined {
  return fields(form, name)[0];
}

/** All values of a key that are not empty. */
export function fields(form: Form, name: string): readonly string[] {
  const value = form[name];
  if (value === undefined) return [];
  return (typeof value === 'string' ? [value] : value).filter((text) => text !== '');
}
