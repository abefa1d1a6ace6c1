import {
  closeSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  truncateSync,
  type WriteStream,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { TwilioSandboxError } from '../errors';

/** Where what happened is written, one JSON line each, before anybody is told. */
export interface Journal<Entry> {
  /** Resolves when the line has left the process, so that it survives `kill -9`. */
  append(entry: Entry): Promise<void>;
  close(): Promise<void>;
}

/** A journal that keeps nothing: the sandbox of a test. */
export function forgetfulJournal<Entry>(): Journal<Entry> {
  return { append: () => Promise.resolve(), close: () => Promise.resolve() };
}

/**
 * Reads a journal back. A last line without its end is what a crash leaves of a write nobody was told of:
 * it is cut off. Any other line that is no JSON means damage, and is not skipped.
 *
 * @throws {TwilioSandboxError} SANDBOX_JOURNAL_DAMAGED
 */
export function replayJournal<Entry>(path: string, apply: (entry: Entry) => void): { lines: number } {
  if (!existsSync(path)) return { lines: 0 };
  let lines = 0;
  let wholeBytes = 0;
  for (const { text, endsAt } of readLines(path)) {
    lines++;
    const entry = parseLine<Entry>(text, path, lines);
    if (lines > 1) apply(entry);
    wholeBytes = endsAt;
  }
  truncateSync(path, wholeBytes);
  return { lines };
}

/** Replaces a journal by a shorter one that says the same. The old one stands until the new one is whole. */
export function rewriteJournal<Entry>(path: string, entries: Iterable<Entry>): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.draft`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, `${JSON.stringify(header)}\n`);
    for (const entry of entries) writeSync(file, `${JSON.stringify(entry)}\n`);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

export function openJournal<Entry>(path: string): Journal<Entry> {
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
  // Each append reports its own failure; without a listener the stream's event would end the process.
  stream.on('error', () => {});
  return {
    append: (entry) => write(stream, `${JSON.stringify(entry)}\n`),
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}

const header = { type: 'journal', version: 1 };

function write(stream: WriteStream, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(line, (error) => (error ? reject(error) : resolve()));
  });
}

function parseLine<Entry>(text: string, path: string, line: number): Entry {
  try {
    const parsed: unknown = JSON.parse(text);
    if (line === 1 && JSON.stringify(parsed) !== JSON.stringify(header)) throw new Error('not a journal');
    return parsed as Entry;
  } catch (cause) {
    throw new TwilioSandboxError(
      'SANDBOX_JOURNAL_DAMAGED',
      `Line ${line} of the Twilio sandbox's journal ${path} cannot be read. Move the file away to start with empty phones.`,
      { cause },
    );
  }
}

/** The lines that have an end, read piece by piece: a journal may be longer than a string can be. */
function* readLines(path: string): Iterable<{ text: string; endsAt: number }> {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(1 << 20);
    const decoder = new StringDecoder('utf8');
    let rest = '';
    let endsAt = 0;
    for (;;) {
      const size = readSync(file, buffer, 0, buffer.length, null);
      if (size === 0) return;
      const lines = (rest + decoder.write(buffer.subarray(0, size))).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) {
        endsAt += Buffer.byteLength(text) + 1;
        yield { text, endsAt };
      }
    }
  } finally {
    closeSync(file);
  }
}
