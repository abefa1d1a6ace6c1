/** A unique code of an offer. */
export interface UniqueCode {
  readonly offer: string;
  readonly code: string;
}

/** Unique codes that entries may take, by offer. */
export interface Stock {
  /** The next code of the offer; undefined when there is none left. */
  take(offer: string): string | undefined;
}

/** Hands out what it is given, in that order. */
export class CodesInHand implements Stock {
  private readonly codes = new Map<string, string[]>();

  constructor(given: readonly UniqueCode[]) {
    for (const { offer, code } of given) {
      const codes = this.codes.get(offer);
      if (codes) codes.push(code);
      else this.codes.set(offer, [code]);
    }
  }

  take(offer: string): string | undefined {
    return this.codes.get(offer)?.shift();
  }
}
