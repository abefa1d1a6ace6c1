/** An error of Twilio's REST API: an HTTP status and a body. */
export interface TwilioError {
  readonly code: number;
  readonly message: string;
  readonly status: number;
}

/** The error with this code; an unknown code gets a plain text and status 400. */
export function twilioError(code: number, message?: string): TwilioError {
  return { code, message: message ?? messageOf(code), status: httpStatuses[code] ?? 400 };
}

export function errorBody(error: TwilioError) {
  return {
    code: error.code,
    message: error.message,
    more_info: `https://www.twilio.com/docs/errors/${error.code}`,
    status: error.status,
  };
}

/** The text for a code, as Twilio puts it in `error_message` and `ErrorMessage`. */
export function messageOf(code: number): string {
  return messages[code] ?? `Error ${code}.`;
}

const httpStatuses: Readonly<Record<number, number>> = {
  20003: 401,
  20404: 404,
  20429: 429,
  20500: 500,
  20503: 503,
};

const messages: Readonly<Record<number, string>> = {
  20001: 'Invalid parameter.',
  20003: 'Authenticate',
  20404: 'The requested resource was not found',
  20429: 'Too Many Requests',
  20500: 'Internal Server Error',
  20503: 'Service Unavailable',
  21211: "The 'To' number is not a valid phone number.",
  21212: "The 'From' number is not a valid phone number, shortcode, or alphanumeric sender ID.",
  21266: "'To' and 'From' number cannot be the same.",
  21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number.",
  21602: 'Message body is required.',
  21603: "A 'From' phone number is required.",
  21604: "A 'To' phone number is required.",
  21606:
    "The 'From' phone number provided is not a valid message-capable Twilio phone number for this destination.",
  21608: "The 'To' number is unverified. Trial accounts cannot send messages to unverified numbers.",
  21609: "The 'StatusCallback' URL is not a valid URL.",
  21610: 'Attempt to send to unsubscribed recipient',
  21611: "This 'From' number has exceeded the maximum number of queued messages",
  21612: "The 'To' phone number is not currently reachable using the 'From' phone number via SMS.",
  21614: "'To' number is not a valid mobile number",
  21617: 'The concatenated message body exceeds the 1600 character limit.',
  21620: 'Invalid media URL(s)',
  21623: 'Number of media files exceeds allowed limit',
  21624: 'Invalid validity period value. It must be an integer from 1 to 36000.',
  21635: "The 'To' number cannot be a landline.",
  21655: "The 'ContentSid' is invalid.",
  21656: "The 'ContentVariables' parameter is invalid.",
  21705: "The 'MessagingServiceSid' is invalid.",
  30001: 'Queue overflow',
  30002: 'Account suspended',
  30003: 'Unreachable destination handset',
  30004: 'Message blocked',
  30005: 'Unknown destination handset',
  30006: 'Landline or unreachable carrier',
  30007: 'Message filtered',
  30008: 'Unknown error',
  30034: 'US A2P 10DLC - Message from an unregistered number',
  30036: 'Validity period expired',
  30409: 'This message cannot be canceled',
  35111:
    "The scheduling parameters are incomplete: 'ScheduleType' must be 'fixed' and 'SendAt' must be given.",
  35114: "'SendAt' is not a timestamp between 300 seconds and 35 days ahead.",
  35118: "A 'MessagingServiceSid' is required to schedule a message.",
};
