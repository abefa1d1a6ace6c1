import type { Queryable } from '../../store/database';
import { noteHeldSend } from '../../store/held-sends';
import { heldMsSince } from '../../store/holds';
import type { SendFacts } from '../../store/send-facts';
import type { SendAnswer, StepKey } from '../../workflows/runtime/contract';

/** What is held asks again by itself after so long, should the word that it may be lost. */
export const HOLD_MS = 86_400_000;

/**
 * Holds a send back before the gate is asked, and notes it, while its journey is paused or all sending halted;
 * undefined when nothing holds it, or its run is over, which is for the gate to say.
 */
export async function hold(
  tx: Queryable,
  { heldBy, enrollmentStatus, journey, now }: SendFacts,
  { enrollmentId, step, occurrence, message }: StepKey & { readonly message: string },
): Promise<Extract<SendAnswer, { status: 'held' }> | undefined> {
  if (heldBy === null || enrollmentStatus !== 'open') return undefined;
  await noteHeldSend(tx, { enrollmentId, step, occurrence, journey, message, heldBy });
  return { status: 'held', reason: heldBy, until: now.getTime() + HOLD_MS };
}

/** How long a row has been kept waiting by the provider: time in which it was held back is nobody's fault. */
export async function waitedMs(
  tx: Queryable,
  { journey, now }: Pick<SendFacts, 'journey' | 'now'>,
  row: { readonly createdAt: Date },
): Promise<number> {
  const heldMs = await heldMsSince(tx, journey, row.createdAt);
  return Math.max(0, now.getTime() - row.createdAt.getTime() - heldMs);
}
