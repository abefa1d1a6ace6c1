import type { Act, Person } from '../../../simulator/rehearsal';
import type { RecordedFact, RecordedPerson } from '../../../store/recorded-people';

/** A customer of the record as somebody to rehearse with. */
export function personOf({ profileId, createdAt, phone, facts }: RecordedPerson): Person {
  return { id: profileId, recorded: { profileId, createdAt, phone }, acts: facts.map(actOf) };
}

function actOf(fact: RecordedFact): Act {
  const { at } = fact;
  if (fact.kind === 'consent') return { at, consent: fact };
  const { type, messageId, source, name, properties, context, timestamp } = fact;
  // Consent is on record of its own: what became of each wish is known.
  const { messaging_subscriptions: _wish, messagingSubscriptions: _wishes, ...known } = context ?? {};
  const body = type === 'identify' || type === 'group' ? { traits: properties } : { properties };
  return {
    at,
    event: {
      type,
      messageId,
      source,
      ...body,
      ...(name !== null && { name }),
      context: known,
      originalTimestamp: timestamp,
    },
  };
}
