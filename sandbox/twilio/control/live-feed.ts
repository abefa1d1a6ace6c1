import type { FastifyReply } from 'fastify';
import { personOf } from '../messages/message';
import { sandboxMessage } from './sandbox-message';
import type { Change, SandboxState } from '../messages/state';

/**
 * Server-sent events for the page: what changed, gathered for a moment so that a burst is one event.
 * A burst too large to send becomes `resync`, and a reader that cannot keep up is cut off and reconnects.
 */
export class LiveFeed {
  readonly #readers = new Set<FastifyReply>();
  readonly #stopListening: () => void;
  #changes: Change[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #heartbeat: NodeJS.Timeout;

  constructor(state: SandboxState) {
    this.#stopListening = state.onChange((change) => this.#gather(change));
    this.#heartbeat = setInterval(() => this.#broadcast(': still here\n\n'), heartbeatMs);
    this.#heartbeat.unref();
  }

  isFull(): boolean {
    return this.#readers.size >= maxReaders;
  }

  add(reply: FastifyReply): void {
    reply.hijack();
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    reply.raw.write('retry: 1000\n\n');
    this.#readers.add(reply);
    reply.raw.once('close', () => this.#readers.delete(reply));
  }

  close(): void {
    this.#stopListening();
    clearInterval(this.#heartbeat);
    clearTimeout(this.#timer);
    for (const reader of this.#readers) reader.raw.end();
    this.#readers.clear();
  }

  #gather(change: Change): void {
    if (this.#readers.size === 0) return;
    if (this.#changes.length <= maxChanges) this.#changes.push(change);
    this.#timer ??= setTimeout(() => this.#send(), gatherMs);
  }

  #send(): void {
    const changes = this.#changes;
    this.#changes = [];
    this.#timer = undefined;
    const event = changes.length > maxChanges ? { resync: true } : describe(changes);
    this.#broadcast(`data: ${JSON.stringify(event)}\n\n`);
  }

  #broadcast(text: string): void {
    for (const reader of this.#readers) {
      if (reader.raw.writableLength > maxBacklogBytes) reader.raw.destroy();
      else reader.raw.write(text);
    }
  }
}

const gatherMs = 80;
const heartbeatMs = 15_000;
const maxChanges = 500;
const maxReaders = 32;
const maxBacklogBytes = 1 << 20;

/** The last state of each message that changed, under the person whose phone shows it. */
function describe(changes: readonly Change[]) {
  const messages = new Map<string, object>();
  const removed = new Map<string, object>();
  let faults = false;
  for (const change of changes) {
    if (change.kind === 'faults') {
      faults = true;
      continue;
    }
    const { sid, seq } = change.message;
    const person = personOf(change.message);
    if (change.kind === 'removed') removed.set(sid, { person, sid });
    else messages.set(sid, { person, seq, ...sandboxMessage(change.message) });
  }
  return { messages: [...messages.values()], removed: [...removed.values()], faults };
}
