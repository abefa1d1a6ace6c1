import type { Finding } from './finding';
import type { CheckedCatalog, CheckInput, ReadJourney } from './input';

/** The sender that a journey names is one of the workspace's; a worker refuses to start on another. */
export function checkSender(
  { policy: { sender }, source, name: journey }: ReadJourney,
  { workspace: { senders } }: CheckedCatalog,
): Finding[] {
  if (sender === undefined || sender === 'default' || Object.hasOwn(senders, sender)) return [];
  const others = Object.keys(senders).sort().join(', ') || 'none';
  const sentence = `The workspace has no sender "${sender}" for the messages of ${journey} to go out from, only ${others}: add it to \`senders\`, or correct its name.`;
  return [
    { code: 'SENDER_UNUSABLE', at: source.policy.places.sender ?? source.policy.at, journey, sentence },
  ];
}

const NUMBER_OR_POOL = /^(?:\+[1-9]\d{4,14}|MG[0-9a-f]{32})$/i;

/** What a sender sends from is a number or a pool of numbers: anything else the provider would refuse, send by send. */
export function checkSenders({ catalog, placeOf }: CheckInput): Finding[] {
  return Object.entries(catalog.workspace.senders).flatMap(([name, { from }]): Finding[] => {
    if (from === undefined || NUMBER_OR_POOL.test(from)) return [];
    const sentence = `The sender "${name}" is neither a number such as +12025550177 nor a Messaging Service (MG and 32 digits): correct its \`from\`.`;
    return [{ code: 'SENDER_UNUSABLE', at: placeOf('workspace', 'senders'), sentence }];
  });
}
