import type { Reading } from './config-error';

export interface TwilioSettings {
  readonly accountSid: string;
  readonly authToken: string;
  readonly sender: TwilioSender;
  /** `TWILIO_API_URL`: another host for the REST API. Undefined: Twilio's own. */
  readonly apiUrl: string | undefined;
}

/** What messages are sent from. A messaging service wins over a number. */
export type TwilioSender =
  | { readonly kind: 'messaging-service'; readonly sid: string }
  | { readonly kind: 'number'; readonly from: string };

/** Twilio is the real one exactly when `TWILIO_ACCOUNT_SID` is set; then the rest must be complete. */
export function readTwilio(variables: Record<string, string>): Reading<TwilioSettings> {
  const accountSid = variables.TWILIO_ACCOUNT_SID;
  if (accountSid === undefined) return { settings: undefined, problems: [] };
  const problems: string[] = [];
  if (!accountSid.startsWith('AC')) {
    problems.push('TWILIO_ACCOUNT_SID: expected an account sid, which begins with AC');
  }
  const authToken = variables.TWILIO_AUTH_TOKEN;
  if (authToken === undefined) problems.push('TWILIO_AUTH_TOKEN: expected the token of TWILIO_ACCOUNT_SID');
  const apiUrl = variables.TWILIO_API_URL;
  if (apiUrl !== undefined && !/^https?:\/\/./.test(apiUrl)) {
    problems.push('TWILIO_API_URL: expected an http or https address');
  }
  const sender = readSender(variables, problems);
  if (problems.length > 0 || authToken === undefined || sender === undefined) {
    return { settings: undefined, problems };
  }
  return { settings: { accountSid, authToken, sender, apiUrl: apiUrl?.replace(/\/+$/, '') }, problems };
}

function readSender(variables: Record<string, string>, problems: string[]): TwilioSender | undefined {
  const sid = variables.TWILIO_MESSAGING_SERVICE_SID;
  const from = variables.TWILIO_FROM;
  if (sid !== undefined) {
    if (sid.startsWith('MG')) return { kind: 'messaging-service', sid };
    problems.push('TWILIO_MESSAGING_SERVICE_SID: expected a messaging service sid, which begins with MG');
    return undefined;
  }
  if (from !== undefined) {
    if (/^\+[1-9]\d{6,14}$|^\d{4,8}$|^(?=.*[A-Za-z])[A-Za-z\d ]{2,11}$/.test(from))
      return { kind: 'number', from };
    problems.push('TWILIO_FROM: expected a number such as +15551230000, a short code or a sender name');
    return undefined;
  }
  problems.push('TWILIO_MESSAGING_SERVICE_SID: expected it or TWILIO_FROM, to send from');
  return undefined;
}
