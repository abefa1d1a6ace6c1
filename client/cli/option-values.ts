import { readInstant } from '../segment/instants';
import { CliError, exitCodes } from './exit-codes';

/** Reads the whole number that an option was given; throws `bad_number`. Without bounds from 1. */
export function wholeNumber(
  option: string,
  { least = 1, most }: { readonly least?: number; readonly most?: number } = {},
): (text: string) => number {
  const from = least > 0 || most !== undefined ? ` from ${least}` : '';
  const to = most === undefined ? '' : ` to ${most}`;
  return (text) => {
    const number = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isSafeInteger(number) && number >= least && number <= (most ?? number)) return number;
    const problem = `${option} should be a whole number${from}${to}, not "${text}".`;
    throw new CliError(exitCodes.usage, 'bad_number', problem);
  };
}

/** Reads the instant that an option was given, UTC where it has no offset; throws `bad_time`. */
export function instant(option: string): (text: string) => Date {
  return (text) => {
    const at = readInstant(text);
    if (at !== undefined) return new Date(at);
    const problem = `${option} should be an instant such as 2027-02-02T15:00:00Z, not "${text}".`;
    throw new CliError(exitCodes.usage, 'bad_time', problem);
  };
}
