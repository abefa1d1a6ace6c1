export interface TwimlReply {
  readonly body: string;
  readonly to: string | undefined;
  readonly from: string | undefined;
  readonly statusCallback: string | undefined;
}

/** The `<Message>` verbs of an answer to a webhook; plain text is one message, as Twilio has it. */
export function readReplies(contentType: string, answer: string): TwimlReply[] {
  const text = answer.trim();
  if (text === '') return [];
  if (contentType.startsWith('text/plain')) {
    return [{ body: text, to: undefined, from: undefined, statusCallback: undefined }];
  }
  const markup = text.replace(/<!--[\s\S]*?-->/g, '');
  if (!/<Response[\s/>]/.test(markup)) return [];
  return Array.from(markup.matchAll(messageVerb), ([, attributes = '', content = '']) => ({
    body: textOf(/<Body[^>]*>([\s\S]*?)<\/Body>/.exec(content)?.[1] ?? content),
    to: attribute(attributes, 'to'),
    from: attribute(attributes, 'from'),
    statusCallback: attribute(attributes, 'statusCallback') ?? attribute(attributes, 'action'),
  })).filter((reply) => reply.body !== '');
}

const messageVerb = /<(?:Message|Sms)\b([^>]*?)(?:\/>|>([\s\S]*?)<\/(?:Message|Sms)>)/g;

function attribute(attributes: string, name: string): string | undefined {
  const match = new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes);
  const value = match?.[1] ?? match?.[2];
  return value === undefined ? undefined : decode(value);
}

function textOf(markup: string): string {
  const parts = markup.split(/<!\[CDATA\[([\s\S]*?)\]\]>/);
  return parts
    .map((part, index) => (index % 2 === 1 ? part : decode(part.replace(/<[^>]*>/g, ''))))
    .join('')
    .trim();
}

function decode(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(amp|lt|gt|quot|apos));/gi, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return named[name.toLowerCase()] ?? whole;
    const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
