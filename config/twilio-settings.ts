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

/**
 * Twilio is the real one exactly when `TWILIO_ACCOUNT_SID` is set; then the rest must be complete. What is set is
 * checked either way.
 */
export function readTwilio(variables: Record<string, string>): Reading<TwilioSettings> {
  const accountSid = variables.TWILIO_ACCOUNT_SID;
  const authToken = variables.TWILIO_AUTH_TOKEN;
  const apiUrl = variables.TWILIO_API_URL;
  const problems = Object.entries(forms).flatMap(([name, { pattern, expected }]) => {
    const value = variables[name];
    return value === undefined || pattern.test(value) ? [] : [`${name}: expected ${expected}`];
  });
  if (accountSid === undefined) return { settings: undefined, problems };
  if (authToken === undefined) problems.push('TWILIO_AUTH_TOKEN: expected the token of TWILIO_ACCOUNT_SID');
  const sender = readSender(variables);
  if (sender === undefined) {
    problems.push('TWILIO_MESSAGING_SERVICE_SID: expected it or TWILIO_FROM, to send from');
  }
  if (problems.length > 0 || authToken === undefined || sender === undefined) {
    return { settings: undefined, problems };
  }
  return { settings: { accountSid, authToken, sender, apiUrl: apiUrl?.replace(/\/+$/, '') }, problems };
}

const forms: { readonly [name: string]: { readonly pattern: RegExp; readonly expected: string } } = {
  TWILIO_ACCOUNT_SID: { pattern: /^AC/, expected: 'an account sid, which begins with AC' },
  TWILIO_MESSAGING_SERVICE_SID: {
    pattern: /^MG/,
    expected: 'a messaging service sid, which begins with MG',
  },
  TWILIO_FROM: {
    pattern: /^\+[1-9]\d{6,14}$|^\d{4,8}$|^(?=.*[A-Za-z])[A-Za-z\d ]{2,11}$/,
    expected: 'a number such as +15551230000, a short code or a sender name',
  },
  TWILIO_API_URL: { pattern: /^https?:\/\/./, expected: 'an http or https address' },
};

function readSender(variables: Record<string, string>): TwilioSender | undefined {
  const sid = variables.TWILIO_MESSAGING_SERVICE_SID;
  const from = variables.TWILIO_FROM;
  if (sid !== undefined) return { kind: 'messaging-service', sid };
  return from === undefined ? undefined : { kind: 'number', from };
}
