// fails: typescript(no-floating-promises)
declare function sendSms(message: string): Promise<void>;

export function remind(): void {
  sendSms('x');
}
