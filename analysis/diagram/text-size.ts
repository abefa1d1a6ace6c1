/** Widths of Helvetica's and Arial's characters, in thousandths of the size; what is not named is as wide as a small letter. */
const widths = new Map<string, number>([
  ...pairs("ijl.,:;|'!", 260),
  ...pairs(' ft()[]/-I"', 320),
  ...pairs('rcksvxyzJ', 500),
  ...pairs('ABCDEFGHKLNOPQRSTUVXYZ&…→', 700),
  ...pairs('mMwW@%', 880),
]);

export function textWidth(text: string, size: number): number {
  let thousandths = 0;
  for (const character of text) thousandths += widths.get(character) ?? 560;
  return (thousandths * size) / 1_000;
}

/** Breaks at spaces so that no line is wider; a word that is wider by itself stays whole. */
export function wrapped(text: string, size: number, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, size) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

function pairs(characters: string, width: number): [string, number][] {
  return [...characters].map((character) => [character, width]);
}
