import { readInbound } from './stop-words';

export type Effect = 'stop' | 'start' | 'help' | 'none';

/**
 * What an inbound text asks for. The provider's own reading (`OptOutType`, where it is configured to give one) counts
 * beside ours, and of two readings the one that closes the number.
 */
export function effectOf(body: string, optOutType: string | undefined): Effect {
  const { effect } = readInbound(body);
  if (effect === 'stop') return 'stop';
  switch (optOutType?.toUpperCase()) {
    case 'STOP':
      return 'stop';
    case 'START':
      // The provider counts YES as an opt-in by default. It is said too easily to be one.
      return saysYes(body) ? 'none' : 'start';
    case 'HELP':
      return 'help';
    default:
      return effect;
  }
}

/** Whether a STOP was read out of free words, which a person might read otherwise. */
export function isFreeStop(body: string): boolean {
  const reading = readInbound(body);
  return reading.effect === 'stop' && reading.how === 'contains';
}

/** Whether a text wants messages again, in words that do not open a number. */
export function saysYes(body: string): boolean {
  const plain = body
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}\s]/gu, '')
    .trim()
    .toLowerCase();
  return yes.has(plain);
}

const yes = new Set([
  'yes',
  'y',
  'yeah',
  'yep',
  'sim',
  's',
  'si',
  'subscribe',
  'opt in',
  'optin',
  'resume',
  'continue',
]);
