/** Customers that a round can be played with: known, with a phone each. */
export interface Customer {
  readonly userId: string;
  readonly phone: string;
}

/** Numbers of New York that libphonenumber takes for real; none is called. */
export function customers(from: number, count: number): Customer[] {
  return Array.from({ length: count }, (_, index) => {
    const number = from + index;
    return { userId: `user-${number}`, phone: `+1212${String(2_000_000 + number)}` };
  });
}

export function identifyCall({ userId, phone }: Customer): object {
  return { type: 'identify', messageId: `identify-${userId}`, userId, traits: { phone, firstName: 'Anna' } };
}
