import { plainWords, readInbound } from './stop-words';

/**
 * Whether a text that asks for nothing we know may be a STOP in other words, in any of the languages: then a person
 * should look at it. It changes nothing by itself, so a false alarm costs no more than that look.
 */
export function mayBeStop(body: string): boolean {
  if (readInbound(body).effect !== 'none') return false;
  const text = ` ${plainWords(body)} `;
  const has = (some: readonly string[]) => some.some((words) => text.includes(` ${words} `));
  return has(enough) || (has(endings) && has(messages));
}

/** Said of messages or not. */
const enough = [
  'stop it',
  'stop this',
  'stop that',
  'go away',
  'not interested',
  'wrong number',
  'pare com isso',
  'para com isso',
  'chega',
  'nao tenho interesse',
  'numero errado',
  'basta',
  'ya basta',
  'no me interesa',
  'numero equivocado',
];

/** Doubtful where messages are spoken of as well. */
const endings = [
  'stop, quit, cancel, end, block, remove, delete, unsubscribe, no more, never',
  'dont want, do not want, dont send, do not send, dont contact, do not contact',
  'dont message, do not message, dont need, do not need',
  'pare, parem, para de, parar, cancele, cancela, cancelar, remova, retire, tira, tire',
  'exclua, apague, sair, descadastre, descadastra, nao quero, nao mande, nao mandem',
  'nao envie, nao enviem, nao me mande, nao me mandem, nao me envie, nao me enviem',
  'paren, deja de, dejar de, quita, quiten, elimina, eliminen, borra, borren, salir',
  'no quiero, no mande, no manden, no envie, no envien, no me mande, no me manden, no me envie',
].flatMap((words) => words.split(', '));

const messages = [
  'text, texts, texting, txt, txts, message, messages, messaging, msg, msgs, sms, spam',
  'list, number, contact, contacting, send, sending, promo, promos, promotions, ads',
  'mensagem, mensagens, lista, numero, mandar, enviar, receber, promocao, promocoes',
  'mensaje, mensajes, recibir, promocion, promociones',
].flatMap((words) => words.split(', '));
