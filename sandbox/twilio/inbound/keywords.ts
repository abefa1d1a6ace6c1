import { isTollFree } from '../messages/address';

export type Keyword = 'STOP' | 'START' | 'HELP';

/** The word Twilio acts on by itself, if the whole text is one. It knows English only. */
export function keywordOf(body: string): Keyword | undefined {
  return words[body.trim().toUpperCase()];
}

/** Twilio's own answer to a keyword; none where it keeps silent. */
export function replyTo(
  keyword: Keyword,
  context: { sender: string; wasOptedOut: boolean },
): string | undefined {
  const tollFree = isTollFree(context.sender);
  switch (keyword) {
    case 'STOP':
      if (context.wasOptedOut) return undefined;
      return tollFree ? tollFreeStop : ordinaryStop;
    case 'START':
      if (!context.wasOptedOut) return undefined;
      return tollFree ? tollFreeStart : ordinaryStart;
    case 'HELP':
      return tollFree && context.wasOptedOut ? undefined : help;
  }
}

const words: Readonly<Record<string, Keyword>> = {
  STOP: 'STOP',
  STOPALL: 'STOP',
  UNSUBSCRIBE: 'STOP',
  CANCEL: 'STOP',
  END: 'STOP',
  QUIT: 'STOP',
  REVOKE: 'STOP',
  OPTOUT: 'STOP',
  START: 'START',
  UNSTOP: 'START',
  HELP: 'HELP',
  INFO: 'HELP',
};

const ordinaryStop =
  'You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.';
const ordinaryStart =
  'You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.';
const help = 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.';
const tollFreeStop =
  'NETWORK MSG: You replied with the word "stop" which blocks all texts sent from this number. Text back "unstop" to receive messages again.';
const tollFreeStart =
  'NETWORK MSG: You have replied "unstop" and will begin receiving messages again from this number.';
