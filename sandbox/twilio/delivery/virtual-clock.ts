/**
 * Stamps what people are shown with the virtual time. One reading serves everyone who asked before it
 * began, never one who asked later: a held clock is read exactly, and a busy one is not asked per message.
 */
export class VirtualClock {
  readonly #read: () => Promise<Date> | Date;
  #reading: Promise<string> | undefined;
  #next: Promise<string> | undefined;
  #offsetMs = 0;

  constructor(read: () => Promise<Date> | Date) {
    this.#read = read;
  }

  /** The virtual instant in ISO 8601. Never rejects. */
  stamp(): Promise<string> {
    this.#next ??= this.#afterCurrent();
    return this.#next;
  }

  async #afterCurrent(): Promise<string> {
    await this.#reading;
    this.#reading = this.#readOnce();
    this.#next = undefined;
    return this.#reading;
  }

  async #readOnce(): Promise<string> {
    try {
      const now = await withinLimit(Promise.resolve(this.#read()));
      this.#offsetMs = now.getTime() - Date.now();
      return now.toISOString();
    } catch {
      // Twilio does not stop when our database does: the last known offset is the best there is.
      return new Date(Date.now() + this.#offsetMs).toISOString();
    }
  }
}

const readLimitMs = 2_000;

async function withinLimit(reading: Promise<Date>): Promise<Date> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the clock did not answer')), readLimitMs);
  });
  try {
    return await Promise.race([reading, limit]);
  } finally {
    clearTimeout(timer);
  }
}
