/** The error that Twilio's test credentials give for this recipient, if it is one of the magic numbers. */
export function magicRecipientError(to: string): number | undefined {
  return recipients[to];
}

/** The error that Twilio's test credentials give for this sender, if it is one of the magic numbers. */
export function magicSenderError(from: string): number | undefined {
  return senders[from];
}

/** The magic sender that always works: the sandbox's own number unless others are given. */
export const workingSender = '+15005550006';

const recipients: Readonly<Record<string, number>> = {
  '+15005550001': 21211,
  '+15005550002': 21612,
  '+15005550003': 21408,
  '+15005550004': 21610,
  '+15005550009': 21614,
};

const senders: Readonly<Record<string, number>> = {
  '+15005550001': 21212,
  '+15005550007': 21606,
  '+15005550008': 21611,
};
