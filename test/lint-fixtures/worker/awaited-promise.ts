// passes
declare function sendSms(message: string): Promise<void>;

export async function remind(): Promise<void> {
  await sendSms('x');
}
