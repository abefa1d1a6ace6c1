import { request } from 'node:http';
import { CliError, exitCodes } from './exit-codes';

/** What `/sandbox/clock` takes. */
export type When = { readonly advance: string } | { readonly to: string };

/** Where the clock of the stack at `url` stands; with `when`, once it has been moved there. */
export async function clockAt(url: string, when?: When): Promise<{ readonly now: string }> {
  const { status, body } = await ask(`${url}/sandbox/clock`, when);
  if (status === 200 && typeof body?.now === 'string') return { now: body.now };
  const { code = 'no_clock', message = `There is no clock to be moved at ${url}.` } = body?.error ?? {};
  throw new CliError(status < 500 ? exitCodes.refused : exitCodes.failed, code, message);
}

interface Answer {
  readonly status: number;
  readonly body: { now?: string; error?: { code?: string; message?: string } } | undefined;
}

/** By `node:http`: ninety days of work may take longer than `fetch` waits for an answer. */
function ask(url: string, when: When | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = when && { 'content-type': 'application/json' };
    const call = request(url, { method: when ? 'POST' : 'GET', ...(headers && { headers }) }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: parse(Buffer.concat(chunks).toString('utf8')) });
      });
    });
    call.on('error', (cause) => {
      const message = `Nothing answers at ${new URL(url).origin}. Start the stack with \`npx jornada up\`.`;
      reject(new CliError(exitCodes.unreachable, 'stack_unreachable', message, { cause }));
    });
    call.end(when && JSON.stringify(when));
  });
}

function parse(text: string): Answer['body'] {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : undefined;
  } catch {
    // Something else answers on that port.
    return undefined;
  }
}
