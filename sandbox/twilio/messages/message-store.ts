import { type Message, personOf } from './message';

export interface Conversation {
  readonly person: string;
  /** Oldest first, never empty. */
  readonly messages: readonly Message[];
}

/** Every message, in order of arrival, by SID and by person. Keeps the newest `keep`. */
export class MessageStore {
  readonly #keep: number;
  readonly #log: Message[] = [];
  readonly #bySid = new Map<string, Message>();
  // The order of the keys is the order of the last activity.
  readonly #byPerson = new Map<string, Message[]>();
  #nextSeq = 1;

  constructor(options: { keep: number }) {
    this.#keep = options.keep;
  }

  get size(): number {
    return this.#bySid.size;
  }

  takeSeq(): number {
    return this.#nextSeq++;
  }

  add(message: Message): void {
    this.#nextSeq = Math.max(this.#nextSeq, message.seq + 1);
    this.#log.push(message);
    this.#bySid.set(message.sid, message);
    const person = personOf(message);
    const conversation = this.#byPerson.get(person) ?? [];
    conversation.push(message);
    this.#byPerson.delete(person);
    this.#byPerson.set(person, conversation);
    if (this.#log.length > this.#keep + evictionBatch) this.#evict(this.#log.length - this.#keep);
  }

  get(sid: string): Message | undefined {
    return this.#bySid.get(sid);
  }

  delete(sid: string): void {
    const message = this.#bySid.get(sid);
    if (!message) return;
    this.#log.splice(this.#position(message.seq), 1);
    this.#forget(message);
  }

  /** Oldest first, from the first one after `seq`. */
  *after(seq: number): Iterable<Message> {
    for (let index = this.#position(seq + 1); index < this.#log.length; index++) {
      const message = this.#log[index];
      if (message) yield message;
    }
  }

  /** Newest first, from the last one before `seq`. */
  *before(seq: number): Iterable<Message> {
    for (let index = this.#position(seq) - 1; index >= 0; index--) {
      const message = this.#log[index];
      if (message) yield message;
    }
  }

  conversation(person: string): readonly Message[] {
    return this.#byPerson.get(person) ?? [];
  }

  /** By last activity, newest first. */
  conversations(): Conversation[] {
    return Array.from(this.#byPerson, ([person, messages]) => ({ person, messages })).reverse();
  }

  /** The index of the first message whose sequence number is at least `seq`. */
  #position(seq: number): number {
    let low = 0;
    let high = this.#log.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#log[middle]?.seq ?? Number.POSITIVE_INFINITY) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #evict(count: number): void {
    for (const message of this.#log.splice(0, count)) this.#forget(message);
  }

  #forget(message: Message): void {
    this.#bySid.delete(message.sid);
    const person = personOf(message);
    const conversation = this.#byPerson.get(person);
    if (!conversation) return;
    const index = conversation.indexOf(message);
    if (index >= 0) conversation.splice(index, 1);
    if (conversation.length === 0) this.#byPerson.delete(person);
  }
}

// Old messages go in batches: shifting a long array one by one is quadratic.
const evictionBatch = 1_000;
