import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { limits } from './limits';

export type Body =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: 'too_large' | 'malformed' };

/**
 * Reads a call's body, inflating it when it is gzip, whatever its headers say: clients label both wrongly.
 * A body that is too large is read to its end, within reason, so that the client is still there for the answer.
 */
export async function readBody(stream: Readable): Promise<Body> {
  const body = await collect(stream);
  if (!Buffer.isBuffer(body)) return { ok: false, reason: body };
  if (body[0] !== 0x1f || body[1] !== 0x8b) return { ok: true, text: body.toString('utf8') };
  try {
    const inflated = await inflate(body, { maxOutputLength: limits.bodyBytes });
    return { ok: true, text: inflated.toString('utf8') };
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return { ok: false, reason: tooLarge ? 'too_large' : 'malformed' };
  }
}

const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

/** What is swallowed of a body that is too large before it is answered unread. */
const patience = 32 * 1024 * 1024;

function collect(stream: Readable): Promise<Buffer | 'too_large' | 'malformed'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limits.bodyBytes) chunks.push(chunk);
      else if (length > patience) resolve('too_large');
    });
    stream.once('end', () => {
      const [only] = chunks;
      if (length > limits.bodyBytes) resolve('too_large');
      else resolve(chunks.length === 1 && only ? only : Buffer.concat(chunks, length));
    });
    // Cut off on the way: nobody is left to read the answer.
    stream.once('error', () => resolve('malformed'));
  });
}
