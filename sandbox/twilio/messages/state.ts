import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type Fault, Faults } from '../faults/faults';
import { forgetfulJournal, type Journal, openJournal, replayJournal, rewriteJournal } from './journal';
import type { Message, MessageStatus } from './message';
import { MessageStore } from './message-store';
import { OptOuts } from './opt-outs';

/** What can happen in the sandbox. The journal is a list of these, and the state is what they add up to. */
export type Entry =
  | { readonly type: 'message'; readonly message: Message }
  | StatusEntry
  | { readonly type: 'webhook-settled'; readonly sid: string; readonly token: string }
  | { readonly type: 'redacted'; readonly sid: string; readonly at: number }
  | { readonly type: 'deleted'; readonly sid: string }
  | { readonly type: 'feedback'; readonly sid: string; readonly outcome: 'confirmed' | 'unconfirmed' }
  | { readonly type: 'opted-out' | 'opted-in'; readonly person: string; readonly scope: string }
  | { readonly type: 'fault'; readonly fault: Fault }
  | { readonly type: 'fault-counted'; readonly id: string; readonly asked: number; readonly fired: number }
  | { readonly type: 'faults-cleared'; readonly id?: string };

interface StatusEntry {
  readonly type: 'status';
  readonly sid: string;
  readonly status: MessageStatus;
  readonly at: number;
  readonly token: string;
  readonly errorCode?: number;
  readonly from?: string;
}

export type Change =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'removed'; readonly message: Message }
  | { readonly kind: 'faults' };

/** Everything the sandbox knows. It changes only through `record`, which journals what it applies. */
export class SandboxState {
  readonly messages: MessageStore;
  readonly optOuts = new OptOuts();
  readonly faults = new Faults();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #services = new Map<string, string>();
  #journal: Journal<Entry> = forgetfulJournal();

  private constructor(keep: number) {
    this.messages = new MessageStore({ keep });
  }

  /** Restores the state from its journal, if one is given, and shortens that where most of it is history. */
  static open(options: { journal: string | undefined; keep: number }): SandboxState {
    const state = new SandboxState(options.keep);
    const path = options.journal;
    if (path === undefined) return state;
    const { lines } = replayJournal<Entry>(path, (entry) => state.#apply(entry));
    if (lines === 0 || !existsSync(path) || lines > 2 * state.messages.size + 1_000) {
      rewriteJournal(path, state.#summary());
    }
    state.#journal = openJournal(path);
    return state;
  }

  /** Applies at once, so that nobody acts on what is no longer so; resolves when it is safe to tell. */
  async record(...entries: readonly Entry[]): Promise<void> {
    const written = entries.map((entry) => {
      this.#apply(entry);
      return this.#journal.append(entry);
    });
    await Promise.all(written);
  }

  /** The messaging service a number belongs to: the one that last sent with it. */
  serviceOf(number: string): string | null {
    return this.#services.get(number) ?? null;
  }

  /** Calls back on each change until the returned function is called. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    this.#listeners.clear();
    return this.#journal.close();
  }

  #apply(entry: Entry): void {
    switch (entry.type) {
      case 'message':
        this.messages.add(entry.message);
        this.#learnService(entry.message);
        return this.#emit({ kind: 'message', message: entry.message });
      case 'status':
        return this.#change(entry.sid, (message) => {
          applyStatus(message, entry);
          this.#learnService(message);
        });
      case 'webhook-settled':
        return this.#change(entry.sid, (message) => {
          message.owed = message.owed.filter((webhook) => webhook.token !== entry.token);
        });
      case 'redacted':
        return this.#change(entry.sid, (message) => {
          message.body = '';
          message.updatedAt = entry.at;
        });
      case 'feedback':
        return this.#change(entry.sid, (message) => {
          message.feedback = entry.outcome;
        });
      case 'deleted': {
        const message = this.messages.get(entry.sid);
        if (!message) return;
        this.messages.delete(entry.sid);
        return this.#emit({ kind: 'removed', message });
      }
      case 'opted-out':
        return this.optOuts.add(entry.person, entry.scope);
      case 'opted-in':
        return this.optOuts.remove(entry.person, entry.scope);
      case 'fault':
        this.faults.put(entry.fault);
        return this.#emit({ kind: 'faults' });
      case 'fault-counted':
        this.faults.count(entry.id, entry);
        return this.#emit({ kind: 'faults' });
      case 'faults-cleared':
        this.faults.clear(entry.id);
        return this.#emit({ kind: 'faults' });
    }
  }

  #change(sid: string, change: (message: Message) => void): void {
    const message = this.messages.get(sid);
    if (!message) return;
    change(message);
    this.#emit({ kind: 'message', message });
  }

  #learnService({ direction, from, serviceSid }: Message): void {
    if (direction !== 'inbound' && from !== null && serviceSid !== null) this.#services.set(from, serviceSid);
  }

  #emit(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  *#summary(): Iterable<Entry> {
    for (const message of this.messages.after(0)) yield { type: 'message', message };
    for (const { person, scope } of this.optOuts.entries()) yield { type: 'opted-out', person, scope };
    for (const fault of this.faults.all()) yield { type: 'fault', fault };
  }
}

/** The entry that moves a message to a status, with the token of the callback this makes due. */
export function statusEntry(
  message: Message,
  status: MessageStatus,
  extra: { errorCode?: number; from?: string } = {},
): Entry {
  return { type: 'status', sid: message.sid, status, at: Date.now(), token: randomUUID(), ...extra };
}

function applyStatus(message: Message, entry: StatusEntry): void {
  message.status = entry.status;
  message.updatedAt = entry.at;
  if (entry.from !== undefined) message.from = entry.from;
  if (entry.errorCode !== undefined) message.errorCode = entry.errorCode;
  if (entry.status === 'sent') message.sentAt = entry.at;
  const { callbacks } = message.plan;
  if (message.statusCallback === null || callbacks.dropped) return;
  message.owed.push({
    status: entry.status,
    errorCode: message.errorCode,
    from: message.from,
    dueAt: entry.at + callbacks.delayMs,
    token: entry.token,
  });
}
