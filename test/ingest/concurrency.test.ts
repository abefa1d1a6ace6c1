import fc from 'fast-check';
import { type AcceptedEvent, applyEvents, sweepStages } from '../../ingest';
import { type Database, openDatabase } from '../../store/database';
import { checkIn, fresh, freshPhone, identify, track } from './drafts';
import { type Draft, World } from './world';

let world: World;
beforeAll(async () => {
  world = await World.create();
});
afterAll(() => world.end());

const apply = (...batches: AcceptedEvent[][]) =>
  Promise.all(batches.map((batch) => applyEvents(world.pool, world.deps, batch)));

const singly = (drafts: readonly Draft[]) => drafts.map((draft) => [world.event(draft)]);

test('however many first events of one person race, one profile is made and one run entered', async () => {
  const [user, visit] = [fresh('u'), fresh('V')];
  const before = await world.profileCount();
  const events = Array.from({ length: 50 }, (_, n) =>
    checkIn(visit, { userId: user, anonymousId: `${user}-${n % 5}` }),
  );
  const answers = await apply(...singly(events));
  expect(answers.flat().every(({ outcome }) => outcome === 'applied')).toBe(true);
  expect((await world.profileCount()) - before).toBe(1);
  expect(await world.eventNames(`user_id:${user}`)).toHaveLength(50);
  const changes = await world.runChanges(`user_id:${user}`, 'flash-reward');
  expect(changes.filter((change) => change === 'entered')).toHaveLength(1);
  expect(changes.filter((change) => change === 'refused already_open')).toHaveLength(49);
});

test('an event that comes in many batches at once takes effect once', async () => {
  const user = fresh('u');
  const events = Array.from({ length: 40 }, (_, n) =>
    world.event(checkIn(`${user}-${n}`, { userId: `${user}-${n % 7}` })),
  );
  // Each batch in an order of its own.
  const answers = await apply(
    ...Array.from({ length: 8 }, (_, n) => [...events.slice(n * 5), ...events.slice(0, n * 5)]),
  );
  const applied = answers.flat().filter(({ outcome }) => outcome === 'applied');
  expect(applied.map(({ messageId }) => messageId).sort()).toEqual(
    events.map(({ messageId }) => messageId).sort(),
  );
  const stored = await world.rows('select count(*)::int as n from events where message_id = any($1)', [
    events.map(({ messageId }) => messageId),
  ]);
  expect(stored).toEqual([{ n: 40 }]);
});

test('a customer’s events are numbered in the order they arrive, and so told', async () => {
  const user = fresh('u');
  await apply(
    ...singly(
      Array.from({ length: 20 }, (_, n) => track('Feature Viewed', { feature: `f${n}` }, { userId: user })),
    ),
  );
  await apply(
    ...singly(
      Array.from({ length: 20 }, (_, n) => track('Feature Adopted', { feature: `f${n}` }, { userId: user })),
    ),
  );
  const profileId = await world.profileId(`user_id:${user}`);
  const arrivals = await world.rows(
    'select seq, received_at as at from events where profile_id = $1 order by seq',
    [profileId],
  );
  const times = arrivals.map(({ at }) => (at as Date).getTime());
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  const told = await world.rows(
    `select enrollment_id as run, array_agg((payload #>> '{event,seq}')::bigint order by outbox_id) as seqs
     from outbox where profile_id = $1 and kind = 'event' group by 1`,
    [profileId],
  );
  expect(told).toHaveLength(20);
  for (const { seqs } of told) expect(seqs).toEqual((seqs as number[]).toSorted((a, b) => a - b));
});

describe('under load', () => {
  /** What a few hundred people and their devices may send, everything tangled. */
  const tangled = (scope: string, n: number): Draft => {
    const pick = (kind: string, of: number) => `${scope}-${kind}${Math.floor(Math.random() * of)}`;
    const phone = `+1646${2_900_000 + Math.floor(Math.random() * 40)}`;
    const who = { userId: pick('u', 60), anonymousId: pick('a', 90) };
    switch (n % 6) {
      case 0:
        return identify(
          who.userId,
          { email: `${pick('e', 60)}@example.com` },
          { anonymousId: who.anonymousId },
        );
      case 1:
        return track('Phone Verified', { phone }, who);
      case 2:
        return checkIn(pick('V', 20), { anonymousId: who.anonymousId });
      case 3:
        return track('Treatment Recorded', { visitId: pick('V', 20) }, { userId: who.userId });
      case 4:
        return track(
          'App Opened',
          { phone },
          { context: { device: { id: pick('d', 20) } }, anonymousId: who.anonymousId },
        );
      default:
        return track('Account Registered', {}, { userId: who.userId });
    }
  };

  let crowded: World;
  let pool: Database;
  beforeEach(async () => {
    crowded = await World.create();
    pool = openDatabase(crowded.database.url, { max: 8 });
  });
  afterEach(async () => {
    // A backend tells of its deadlocks at the latest when it ends.
    await pool.end();
    const deadlocks = 'select deadlocks from pg_stat_database where datname = current_database()';
    const found = await crowded.rows(deadlocks);
    await crowded.end();
    expect(found).toEqual([{ deadlocks: 0 }]);
  });

  test('first events of many people in batches of opposite orders wait for each other, never in a circle', async () => {
    const rounds = Array.from({ length: 40 }, () => Array.from({ length: 12 }, () => fresh('u')));
    for (const names of rounds) {
      const seen = (order: readonly string[]) =>
        order.map((name) =>
          crowded.event(track('App Opened', {}, { userId: name, anonymousId: `${name}-a` })),
        );
      const orders = [names, names.toReversed(), names, names.toReversed()];
      await Promise.all(orders.map((order) => applyEvents(pool, crowded.deps, seen(order))));
    }
    expect(await crowded.profileCount()).toBe(40 * 12);
    expect(await crowded.rows('select count(*)::int as n from events group by profile_id')).toEqual(
      rounds.flat().map(() => ({ n: 4 })),
    );
  });

  test('batches over the same people at once neither fail, nor lock each other out, nor break the record', async () => {
    const batches = Array.from({ length: 48 }, (_, b) =>
      Array.from({ length: 60 }, (_, n) => crowded.event(tangled('x', b + n))),
    );
    const next = batches.values();
    const sweeping = new AbortController();
    const sweeps = (async () => {
      while (!sweeping.signal.aborted) await sweepStages(pool, crowded.deps);
    })();
    try {
      await Promise.all(
        Array.from({ length: 6 }, async () => {
          for (const batch of next) await applyEvents(pool, crowded.deps, batch);
        }),
      );
    } finally {
      sweeping.abort();
      await sweeps;
    }

    const none = async (text: string) => expect(await crowded.rows(text)).toEqual([]);
    expect(await crowded.rows(`select count(*)::int as n from events where source = 'test'`)).toEqual([
      { n: 48 * 60 },
    ]);
    await none(`select type, profile_id from identifiers group by 1, 2
                having count(*) > case when type in ('user_id', 'phone') then 1 else 5 end`);
    await none('select 1 from identifiers join profiles using (profile_id) where merged_into is not null');
    await none('select 1 from events join profiles using (profile_id) where merged_into is not null');
    await none('select 1 from enrollments join profiles using (profile_id) where merged_into is not null');
    await none('select 1 from outbox join profiles using (profile_id) where merged_into is not null');
    await none(`select 1 from profiles gone join profiles next on next.profile_id = gone.merged_into
                where next.merged_into is not null`);
    await none(`select 1 from profiles p left join identifiers i on i.profile_id = p.profile_id and i.type = 'phone'
                where p.merged_into is null and p.traits ->> 'phone' is distinct from i.value`);
    await none(
      `select 1 from enrollments e join outbox o using (enrollment_id) where o.profile_id <> e.profile_id`,
    );
    await none(`select enrollment_id from enrollments e join outbox o using (enrollment_id)
                group by 1 having min(o.outbox_id) <> min(o.outbox_id) filter (where o.kind = 'start')`);
    await none(`select enrollment_id from enrollment_changes where enrollment_id is not null
                group by 1 having count(*) filter (where status = 'entered') <> 1`);
  });
});

describe('who is who', () => {
  const name = fc.constantFrom(
    'user_id:1',
    'user_id:2',
    'anonymous_id:1',
    'anonymous_id:2',
    'email:1',
    'card:1',
    'card:2',
  );
  const kind = fc.constantFrom('identify', 'track', 'alias');
  const said = fc.record({ kind, names: fc.uniqueArray(name, { minLength: 1, maxLength: 3 }) });
  /** Two user ids are two people: an event that has both would say otherwise. */
  const compatible = said.filter(({ names }) => names.filter((one) => one.startsWith('user_id')).length < 2);

  const draft = (scope: string, { kind: type, names }: { kind: string; names: string[] }): Draft => ({
    type: type as Draft['type'],
    name: 'App Opened',
    previousId: `${scope}-previous`,
    context: {
      externalIds: names.map((one) => ({
        type: one.split(':')[0],
        id: `${scope}-${one}@x`,
        collection: 'users',
        encoding: 'none',
      })),
    },
  });

  const peopleOf = async (scope: string) => {
    const rows = await world.rows(
      `select array_agg(substr(value, length($1) + 2) order by value) as names, profile_id as id from identifiers
       where value like $1 || '-%' group by profile_id order by 1`,
      [scope],
    );
    const counts = await world.rows(
      'select profile_id as id, count(*)::int as n from events where profile_id = any($1) group by 1',
      [rows.map(({ id }) => id)],
    );
    return rows.map(({ names, id }) => ({ names, events: counts.find((one) => one.id === id)?.n }));
  };

  test('is the same for any order and interleaving of identify, track and alias', async () => {
    const unlimited = world.changed({
      workspace: { ...world.deps.workspace, identifierLimits: { user_id: 5, phone: 1 } },
    });
    const plan = fc
      .array(compatible, { minLength: 2, maxLength: 10 })
      .chain((list) =>
        fc.tuple(
          fc.constant(list),
          fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
          fc.integer({ min: 1, max: 4 }),
        ),
      );
    await fc.assert(
      fc.asyncProperty(plan, async ([list, shuffled, size]) => {
        const [one, other] = [fresh('s'), fresh('s')];
        await unlimited.send(...list.map((item) => draft(one, item)));
        const events = shuffled.map((item) => unlimited.event(draft(other, item)));
        const batches = Array.from({ length: Math.ceil(events.length / size) }, (_, n) =>
          events.slice(n * size, (n + 1) * size),
        );
        await Promise.all(batches.map((batch) => applyEvents(world.pool, unlimited.deps, batch)));
        expect(await peopleOf(other)).toEqual(await peopleOf(one));
      }),
      { numRuns: 60 },
    );
  });

  test('keeps within the limits for any interleaving, and loses no event', async () => {
    const plan = fc.array(fc.array(said, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(plan, async (batches) => {
        const scope = fresh('s');
        await apply(...batches.map((batch) => batch.map((item) => world.event(draft(scope, item)))));
        const people = await peopleOf(scope);
        for (const { names } of people) {
          expect((names as string[]).filter((one) => one.startsWith('user_id')).length).toBeLessThanOrEqual(
            1,
          );
        }
        const events = people.reduce((sum, one) => sum + Number(one.events ?? 0), 0);
        expect(events).toBe(batches.flat().length);
      }),
      { numRuns: 40 },
    );
  });

  test('a number that two claim at once is one’s in the end, and the other’s is gone', async () => {
    const [one, other, phone] = [fresh('u'), fresh('u'), freshPhone()];
    await world.send(identify(one), identify(other));
    const claims = Array.from({ length: 12 }, (_, n) =>
      track('Phone Verified', { phone }, { userId: n % 2 ? one : other }),
    );
    await apply(...singly(claims));
    const holders = [await world.identifiers(`user_id:${one}`), await world.identifiers(`user_id:${other}`)];
    expect(holders.flat().filter((id) => id === `phone:${phone}`)).toHaveLength(1);
    const phones = [await world.profile(`user_id:${one}`), await world.profile(`user_id:${other}`)].map(
      ({ traits }) => (traits as { phone?: string }).phone,
    );
    expect(phones.filter((value) => value === phone)).toHaveLength(1);
  });
});
