/** What an inbound text asks for, and how it was recognized: by being a word of the list, or by containing a phrase. */
export type InboundEffect =
  | { readonly effect: 'stop'; readonly how: 'is' | 'contains'; readonly phrase: string }
  | { readonly effect: 'start' | 'help'; readonly how: 'is'; readonly phrase: string }
  | { readonly effect: 'none' };

/**
 * Reads an inbound text, in any of the languages at once. Case, accents, punctuation, spaces and courtesies do not
 * count. A doubtful spelling is read as STOP: someone who wanted out and is texted again is the worse mistake.
 */
export function readInbound(body: string): InboundEffect {
  const readings = normalize(body);
  for (const text of readings) {
    if (stopWords.has(text)) return { effect: 'stop', how: 'is', phrase: text };
  }
  for (const text of readings) {
    const phrase = stopPhrases.find((candidate) => text.includes(candidate));
    if (phrase) return { effect: 'stop', how: 'contains', phrase };
  }
  for (const text of readings) {
    if (startWords.has(text)) return { effect: 'start', how: 'is', phrase: text };
    if (helpWords.has(text)) return { effect: 'help', how: 'is', phrase: text };
  }
  return { effect: 'none' };
}

const stopWords = new Set([
  'stop',
  'stopall',
  'unsubscribe',
  'cancel',
  'end',
  'quit',
  'revoke',
  'optout',
  'opt out',
  'parar',
  'pare',
  'sair',
  'cancelar',
  'descadastrar',
  'baja',
  'alto',
]);

const stopPhrases = [
  'stop texting',
  'stop sending',
  'stop messaging',
  'stop contacting',
  'leave me alone',
  'remove me',
  'take me off',
  'do not text',
  'dont text',
  'no more texts',
  'no more messages',
  'opt me out',
  'unsubscribe me',
  'pare de me',
  'nao quero mais receber',
  'me tire da lista',
  'no me envien mas',
  'dejen de',
];

const startWords = new Set(['start', 'unstop']);
const helpWords = new Set(['help', 'info']);

const fillers = /(?<![^ ])(please|pls|thanks|now|por favor|obrigado|obrigada)(?![^ ])/g;

/** The words of a text, lower-cased, without accents, punctuation and courtesies, a space between them. */
export function plainWords(body: string): string {
  return normalize(body)[0] ?? '';
}

/** Two readings, for punctuation may join (`opt-out`, `s.t.o.p`) or part words (`stop,please`). */
function normalize(body: string): string[] {
  const plain = body
    .normalize('NFKD')
    .replace(/[\p{M}'’‘´`]/gu, '')
    .toLowerCase();
  return [' ', ''].map((between) =>
    plain
      .replace(/[^\p{L}\p{N}\s]+/gu, between)
      .replace(/\s+/g, ' ')
      .replace(fillers, '')
      .replace(/ +/g, ' ')
      .trim(),
  );
}
