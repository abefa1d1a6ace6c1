/** A form as it was posted: values untouched, empty ones kept, repeated keys as lists. All of it is signed. */
export interface Form {
  readonly [field: string]: string | string[];
}

/** The same without null characters, which Postgres does not store. They are signed: take them out after that. */
export function withoutNulls(form: Form): Form {
  const strip = (text: string) => text.replaceAll('\0', '');
  return Object.fromEntries(
    Object.entries(form).map(([key, value]) => [
      strip(key),
      Array.isArray(value) ? value.map(strip) : strip(value),
    ]),
  );
}

/** The first of these fields that has a value. */
export function field(form: Form, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = form[name];
    const text = Array.isArray(value) ? value[0] : value;
    if (text) return text;
  }
  return undefined;
}

export interface Address {
  /** What consent is kept by. RCS and MMS share the number, and its consent, with SMS. */
  readonly channel: 'sms' | 'whatsapp';
  readonly address: string;
}

/** An address of the provider's, `+1…` or `whatsapp:+1…`. A short code or a name stays what it is. */
export function readAddress(text: string): Address {
  const [, prefix, address = text] = /^([a-z]+):(.*)$/i.exec(text.trim()) ?? [undefined, '', text.trim()];
  return { channel: prefix?.toLowerCase() === 'whatsapp' ? 'whatsapp' : 'sms', address };
}
