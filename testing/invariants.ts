import type { TestCustomer } from './customer';
import type { Invariant } from './histories';

/** The first invariant that what happened to a customer breaks. */
export function brokenInvariant(
  customer: TestCustomer,
  own: { readonly [name: string]: Invariant },
): { readonly what: string; readonly cause?: unknown } | undefined {
  for (const [name, holds] of Object.entries({ ...always, ...own })) {
    try {
      if (holds(customer) === false) return { what: `This does not hold: ${name}` };
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      return { what: `This does not hold: ${name}: ${why}`, cause };
    }
  }
  return undefined;
}

const always: { readonly [name: string]: Invariant } = {
  'no send is handed over twice': (customer) => {
    const sent = customer.timeline('send').filter(({ status }) => status === 'sent');
    return new Set(sent.map((send) => send['sendId'])).size === sent.length;
  },
  'nothing is sent after STOP': (customer) => {
    let stopped = false;
    for (const item of customer.timeline('consent', 'send')) {
      if (item.kind === 'consent' && item['source'] === 'inbound') stopped = item['to'] === 'unsubscribed';
      if (item.kind === 'send' && item['status'] === 'reserved' && stopped) return false;
    }
    return true;
  },
  'an ended run does nothing more': (customer) => {
    const ended = new Map<unknown, string>();
    for (const item of customer.timeline()) {
      const run = item['enrollmentId'];
      if (item.kind === 'enrollment' && item['status'] !== 'entered') ended.set(run, item.at);
      const end = ended.get(run);
      const acts = item.kind === 'send' && item['status'] === 'reserved';
      if (run !== undefined && end !== undefined && acts && item.at > end) return false;
    }
    return true;
  },
};
