import fc from 'fast-check';
import { type Batched, createMicroBatcher } from '../../client/segment/micro-batcher';
import { eventually } from '../support/eventually';

interface Item extends Batched {
  readonly name: string;
}

const item = (name: string, keys: readonly string[] = [], bytes = 1): Item => ({ name, keys, bytes });
const items = (count: number, prefix: string, keys: readonly string[] = []) =>
  Array.from({ length: count }, (_, index) => item(`${prefix}${index}`, keys));

/** A commit that waits to be told how it ends. */
function heldCommits() {
  const commits: { names: string[]; finish: () => void; fail: (error: Error) => void }[] = [];
  const commit = (batch: readonly Item[]) =>
    new Promise<ReadonlyMap<Item, string>>((resolve, reject) => {
      commits.push({
        names: batch.map(({ name }) => name),
        finish: () => resolve(new Map()),
        fail: reject,
      });
    });
  return { commits, commit };
}

describe('gathering', () => {
  it('commits a lone call at once', async () => {
    const { commits, commit } = heldCommits();
    const batcher = createMicroBatcher({ commit, gather: 60_000 });
    const answer = batcher.submit([item('a')]);
    await eventually(() => commits.length === 1);
    commits[0]?.finish();
    expect(await answer).toMatchObject({ ok: true });
  });

  it('puts calls of the same moment into one transaction', async () => {
    const { commits, commit } = heldCommits();
    const batcher = createMicroBatcher({ commit });
    const answers = ['a', 'b', 'c'].map((name) => batcher.submit([item(name)]));
    await eventually(() => commits.length > 0);
    expect(commits.map(({ names }) => names)).toEqual([['a', 'b', 'c']]);
    commits[0]?.finish();
    expect(await Promise.all(answers)).toHaveLength(3);
  });

  it('gathers behind a running transaction until a batch is full', async () => {
    const { commits, commit } = heldCommits();
    const batcher = createMicroBatcher({ commit, gather: 60_000, batchSize: 3 });
    const answers = [batcher.submit([item('first')])];
    await eventually(() => commits.length === 1);
    answers.push(batcher.submit(items(2, 'x')));
    await settled();
    expect(commits).toHaveLength(1);
    answers.push(batcher.submit([item('y')]));
    await eventually(() => commits.length === 2);
    expect(commits[1]?.names).toEqual(['x0', 'x1', 'y']);
    for (const { finish } of commits) finish();
    await Promise.all(answers);
  });

  it('waits no longer than it may for a batch to fill', async () => {
    const { commits, commit } = heldCommits();
    const batcher = createMicroBatcher({ commit, gather: 20, batchSize: 100 });
    const answers = [batcher.submit([item('first')])];
    await eventually(() => commits.length === 1);
    answers.push(batcher.submit([item('second')]));
    await eventually(() => commits.length === 2);
    for (const { finish } of commits) finish();
    await Promise.all(answers);
  });

  it('runs no more transactions at once than it may', async () => {
    const { commits, commit } = heldCommits();
    const batcher = createMicroBatcher({ commit, inFlight: 2, batchSize: 1 });
    const answers = items(5, 'x').map((one) => batcher.submit([one]));
    await eventually(() => commits.length === 2);
    await settled();
    expect(commits).toHaveLength(2);
    for (let done = 0; done < 5; done++) {
      await eventually(() => commits.length > done);
      commits[done]?.finish();
    }
    expect(await Promise.all(answers)).toHaveLength(5);
  });
});

describe('order', () => {
  it('commits a call larger than a batch in consecutive transactions, and answers after the last', async () => {
    const { commits, commit } = heldCommits();
    const batcher = createMicroBatcher({ commit, batchSize: 2 });
    let answered = false;
    const answer = batcher.submit(items(5, 'x')).then((committed) => {
      answered = true;
      return committed;
    });
    for (const expected of [['x0', 'x1'], ['x2', 'x3'], ['x4']]) {
      await eventually(() => commits.at(-1)?.names.join() === expected.join());
      expect(answered).toBe(false);
      commits.at(-1)?.finish();
    }
    expect(await answer).toMatchObject({ ok: true });
    expect(commits).toHaveLength(3);
  });

  it('keeps events of one customer out of concurrent transactions, and lets others pass', async () => {
    const { commits, commit } = heldCommits();
    const batcher = createMicroBatcher({ commit, inFlight: 3, gather: 1 });
    const answers = [batcher.submit([item('viewed', ['user_id:u1'])])];
    await eventually(() => commits.length === 1);
    answers.push(batcher.submit([item('adopted', ['anonymous_id:a', 'user_id:u1'])]));
    answers.push(batcher.submit([item('later', ['anonymous_id:a'])]));
    answers.push(batcher.submit([item('other', ['user_id:u2'])]));
    await eventually(() => commits.length === 2);
    expect(commits[1]?.names).toEqual(['other']);
    commits[0]?.finish();
    await eventually(() => commits.length === 3);
    expect(commits[2]?.names).toEqual(['adopted', 'later']);
    for (const { finish } of commits) finish();
    await Promise.all(answers);
  });

  it('holds for any calls: each item once, in its call’s order, and in order of arrival for each key', async () => {
    const key = fc.integer({ min: 0, max: 4 }).map((n) => `k${n}`);
    const call = fc.array(fc.uniqueArray(key, { maxLength: 2 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(call, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 4 }),
        async (calls, batchSize, inFlight) => {
          const done: Item[] = [];
          const open = new Set<string>();
          const batcher = createMicroBatcher<Item, string>({
            batchSize,
            inFlight,
            gather: 0,
            commit: async (batch) => {
              expect(batch.length).toBeLessThanOrEqual(batchSize);
              const keys = new Set(batch.flatMap((one) => one.keys));
              for (const one of keys) expect(open.has(one)).toBe(false);
              for (const one of keys) open.add(one);
              await new Promise((resolve) => setTimeout(resolve, Math.random() * 2));
              for (const one of keys) open.delete(one);
              done.push(...batch);
              return new Map();
            },
          });
          const sent = calls.map((each, c) => each.map((keys, i) => item(`${c}.${i}`, keys)));
          const answers = await Promise.all(sent.map((each) => batcher.submit(each)));
          expect(answers.every(({ ok }) => ok)).toBe(true);
          const all = sent.flat();
          expect(done.map(({ name }) => name).sort()).toEqual(all.map(({ name }) => name).sort());
          for (const each of sent) expect(done.filter((one) => each.includes(one))).toEqual(each);
          for (const one of new Set(all.flatMap(({ keys }) => keys))) {
            const of = (list: Item[]) => list.filter(({ keys }) => keys.includes(one));
            expect(of(done)).toEqual(of(all));
          }
          expect(batcher.waiting).toEqual({ items: 0, bytes: 0 });
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('back-pressure', () => {
  it('refuses what would wait beyond its bounds of items, and takes more once some went in', async () => {
    const { commits, commit } = heldCommits();
    const batcher = createMicroBatcher({ commit, maxItems: 3 });
    const taken = batcher.submit(items(3, 'x'));
    expect(batcher.full()).toBe(true);
    expect(await batcher.submit([item('y')])).toEqual({ ok: false, reason: 'overloaded' });
    await eventually(() => commits.length === 1);
    expect(await batcher.submit([item('y')])).toEqual({ ok: false, reason: 'overloaded' });
    commits[0]?.finish();
    await taken;
    const next = batcher.submit([item('y')]);
    await eventually(() => commits.length === 2);
    commits[1]?.finish();
    expect(await next).toMatchObject({ ok: true });
  });

  it('refuses what would wait beyond its bounds of bytes, but never a call alone', async () => {
    const { commits, commit } = heldCommits();
    const batcher = createMicroBatcher({ commit, maxBytes: 100 });
    const heavy = batcher.submit([item('heavy', [], 500)]);
    expect(await batcher.submit([item('light')])).toEqual({ ok: false, reason: 'overloaded' });
    await eventually(() => commits.length === 1);
    commits[0]?.finish();
    expect(await heavy).toMatchObject({ ok: true });
    expect(batcher.waiting).toEqual({ items: 0, bytes: 0 });
  });
});

describe('failure', () => {
  it('tells every call of a failed transaction, also one whose rest still waited, and goes on with others', async () => {
    const { commits, commit } = heldCommits();
    const batcher = createMicroBatcher({ commit, batchSize: 2, inFlight: 1 });
    const failing = [batcher.submit(items(3, 'x'))];
    await eventually(() => commits.length === 1);
    const fine = batcher.submit([item('y')]);
    commits[0]?.fail(new Error('the database is away'));
    expect(await Promise.all(failing)).toEqual([{ ok: false, reason: 'unavailable' }]);
    await eventually(() => commits.length === 2);
    expect(commits[1]?.names).toEqual(['y']);
    commits[1]?.finish();
    expect(await fine).toMatchObject({ ok: true });
    expect(batcher.waiting).toEqual({ items: 0, bytes: 0 });
  });

  it('answers a call that nothing comes of, and keeps the place of what is in flight', async () => {
    const { commits, commit } = heldCommits();
    const batcher = createMicroBatcher({ commit, patience: 50, batchSize: 1, inFlight: 1, maxItems: 2 });
    const stuck = batcher.submit(items(2, 'x'));
    expect(await stuck).toEqual({ ok: false, reason: 'unavailable' });
    expect(batcher.waiting.items).toBe(1);
    commits[0]?.finish();
    await eventually(() => batcher.waiting.items === 0);
    // Its rest was let go: the client sends it again.
    expect(commits).toHaveLength(1);
  });

  it('passes on which items were set aside and why', async () => {
    const [good, bad] = [item('good'), item('bad')];
    const batcher = createMicroBatcher<Item, string>({ commit: async () => new Map([[bad, 'poison']]) });
    expect(await batcher.submit([good, bad])).toEqual({ ok: true, setAside: new Map([[bad, 'poison']]) });
    expect(await batcher.submit([good])).toEqual({ ok: true, setAside: new Map() });
  });
});

describe('closing', () => {
  it('commits what was taken, refuses the rest, and resolves when all is answered', async () => {
    const { commits, commit } = heldCommits();
    const batcher = createMicroBatcher({ commit, batchSize: 1, inFlight: 1 });
    const taken = batcher.submit(items(2, 'x'));
    let closed = false;
    const closing = batcher.close().then(() => {
      closed = true;
    });
    expect(await batcher.submit([item('late')])).toEqual({ ok: false, reason: 'unavailable' });
    for (const index of [0, 1]) {
      await eventually(() => commits.length > index);
      expect(closed).toBe(false);
      commits[index]?.finish();
    }
    expect(await taken).toMatchObject({ ok: true });
    await closing;
  });

  it('is done at once when nothing waits', async () => {
    const batcher = createMicroBatcher({ commit: async () => new Map() });
    await expect(batcher.close()).resolves.toBeUndefined();
  });
});

/** Lets everything run that was already due. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
