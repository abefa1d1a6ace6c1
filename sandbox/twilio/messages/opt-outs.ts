/** Twilio's own block list: who said STOP to which sender or service. */
export class OptOuts {
  readonly #keys = new Set<string>();

  add(person: string, scope: string): void {
    this.#keys.add(keyOf(person, scope));
  }

  remove(person: string, scope: string): void {
    this.#keys.delete(keyOf(person, scope));
  }

  has(person: string, scope: string): boolean {
    return this.#keys.has(keyOf(person, scope));
  }

  *entries(): Iterable<{ person: string; scope: string }> {
    for (const key of this.#keys) {
      const [person = '', scope = ''] = key.split(' ');
      yield { person, scope };
    }
  }
}

function keyOf(person: string, scope: string): string {
  return `${person} ${scope}`;
}
