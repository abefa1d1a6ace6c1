import type { TestWorld } from './world';

/** Many customers with a number each. */
export interface Crowd {
  readonly userIds: readonly string[];
  /** The id of each one's canonical profile. */
  readonly ids: ReadonlyMap<string, string>;
}

/** So many customers come at once, subscribed to marketing SMS; named `name-0`, `name-1` and so on. */
export async function crowd(world: TestWorld, name: string, count: number): Promise<Crowd> {
  const userIds = Array.from({ length: count }, (_, n) => `${name}-${n}`);
  await taken(
    world,
    userIds.map((userId) => {
      const phone = nextPhone();
      const messaging_subscriptions = [{ key: phone, type: 'SMS', status: 'SUBSCRIBED' }];
      return { type: 'identify', userId, traits: { phone }, context: { messaging_subscriptions } };
    }),
  );
  const { rows } = await world.db.query<{ userId: string; id: string }>(
    `select value as "userId", profile_id as id from identifiers where type = 'user_id' and value = any($1)`,
    [userIds],
  );
  return { userIds, ids: new Map(rows.map(({ userId, id }) => [userId, id])) };
}

/** All of them send this event, in the instant in which it arrives. */
export async function together(
  world: TestWorld,
  userIds: readonly string[],
  event: string,
  properties = {},
): Promise<void> {
  await taken(
    world,
    userIds.map((userId) => ({ type: 'track', userId, event, properties })),
  );
}

async function taken(world: TestWorld, batch: readonly object[]): Promise<void> {
  const { status, body } = await world.post('/v1/batch', { batch });
  if (status !== 200 || body['rejected'] !== undefined)
    throw new Error(`The batch was not taken: ${status} ${JSON.stringify(body)}`);
}

let phones = 0;
/** The next of New York that nobody in the file has. */
const nextPhone = () => `+1917${6_000_000 + phones++}`;
