import { caller } from '../../scenarios/support/calls';
import type { StackAddress } from './stack-home';

/** Moves the stack's clock, `{ to }` an instant or to `{ advance }` by a span; everything due on the way happens. */
export async function moveClock(
  stack: Pick<StackAddress, 'url' | 'apiToken' | 'writeKey'>,
  by: { readonly to: string } | { readonly advance: string },
): Promise<void> {
  const { status, body } = await caller(stack).call('POST', '/sandbox/clock', by);
  if (status !== 200) throw new Error(`The clock answered ${status}: ${JSON.stringify(body)}`);
}
