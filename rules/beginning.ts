/** The first so many characters of a text. Cut between them: half of one could not be stored. */
export function beginning(text: string, characters: number): string {
  if (text.length <= characters) return text;
  return Array.from(text.slice(0, 2 * characters))
    .slice(0, characters)
    .join('');
}
