/** The sender a messaging service picks for a recipient: sticky, so always the same one. */
export function poolSender(numbers: readonly string[], to: string): string {
  let hash = 0;
  for (const character of to) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  const number = numbers[hash % numbers.length] ?? '';
  const channel = /^([a-z]+:)/.exec(to)?.[1] ?? '';
  return `${channel}${number}`;
}
