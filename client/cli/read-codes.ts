import { CliError, exitCodes } from './exit-codes';

/** What a text may carry in every language at the usual price, and a person type in at the desk. */
const CODE = /^[A-Za-z0-9_-]{4,64}$/;
const MOST = 1_000_000;

/** One code a line, each once. Throws {@link CliError}, which names the line and not what stands there. */
export function readCodes(text: string): string[] {
  const codes = new Set<string>();
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const code = line.trim();
    if (code === '') continue;
    if (!CODE.test(code)) {
      throw refused(`Line ${index + 1} is no code: it should be 4 to 64 letters, digits, - or _.`);
    }
    codes.add(code);
  }
  if (codes.size > MOST) throw refused(`These are more than ${MOST} codes: load them in several files.`);
  return [...codes];
}

function refused(sentence: string): CliError {
  return new CliError(exitCodes.usage, 'bad_codes', sentence);
}
