/**
 * Whether a text tells how to get out: a word that stops (as inbound texts are read) where a person is told to answer it,
 * or one of the trade's set phrases. A stop of the bus is none.
 */
export function tellsHowToStop(text: string): boolean {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return told.test(plain) || phrases.test(plain);
}

/** The words of which carriers and ours know that they stop. */
const words =
  'stop|stopall|unsubscribe|cancel|end|quit|revoke|optout|opt-out|parar|pare|sair|cancelar|descadastrar|baja|alto';
const verbs =
  'reply|text|txt|send|answer|responda|responder|responde|envie|enviar|envia|mande|manda|digite|escreva|escribe';
/** `Reply STOP`, `text "STOP" to opt out`, `Responda com PARE`. */
const told = new RegExp(`\\b(${verbs})\\b[^.!?]{0,12}?\\W(${words})\\b`);
/** `STOP to end`, `PARE para sair`, `unsubscribe: …`. */
const phrases =
  /\b(stop|end|quit)\s*(=|2|to)\s*(end|stop|quit|cancel|opt|unsubscribe)|\b(pare|parar|sair|baja|alto)\s+(para|p\/)\s+(sair|cancelar|parar|salir|no recibir)|\bto (opt[ -]?out|unsubscribe)\b/;
