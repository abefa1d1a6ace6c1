// fails: typescript(no-misused-promises)
declare function isOpen(): Promise<boolean>;

export function check(): string {
  if (isOpen()) return 'open';
  return 'closed';
}
