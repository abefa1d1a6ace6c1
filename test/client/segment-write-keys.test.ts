import { sha256 } from '../../client/http/secrets';
import { createWriteKeys, offeredKeys } from '../../client/segment/write-keys';
import type { Source } from '../../store/sources';

const source = (name: string): Source => ({ name, keySha256: sha256(`${name}-key`), storeUnplanned: false });

/** Reads that wait to be told how they end. */
function heldReads() {
  const reads: { finish: (...names: string[]) => void; fail: () => void }[] = [];
  const load = () =>
    new Promise<readonly Source[]>((resolve, reject) => {
      reads.push({
        finish: (...names) => resolve(names.map(source)),
        fail: () => reject(new Error('away')),
      });
    });
  return { reads, load };
}

describe('finding the source of a write key', () => {
  it('reads nothing for the built-in key', async () => {
    const { reads, load } = heldReads();
    const keys = createWriteKeys({ defaultKey: 'k', load });
    expect(await keys.find(['k'])).toMatchObject({ name: 'default', storeUnplanned: false });
    expect(reads).toHaveLength(0);
  });

  it('reads nothing where no key is offered', async () => {
    const { reads, load } = heldReads();
    expect(await createWriteKeys({ defaultKey: 'k', load }).find([])).toBeUndefined();
    expect(reads).toHaveLength(0);
  });

  it('goes by the first key that is a source’s', async () => {
    const load = async () => [source('app'), source('clinic')];
    const keys = createWriteKeys({ defaultKey: 'k', load });
    expect(await keys.find(['nobody', 'clinic-key', 'app-key'])).toMatchObject({ name: 'clinic' });
    expect(await keys.find(['app-key', 'k'])).toMatchObject({ name: 'app' });
    expect(await keys.find(['nobody', 'k', 'app-key'])).toMatchObject({ name: 'default' });
  });

  it('keeps what it read for a while, and no longer', async () => {
    const { reads, load } = heldReads();
    const keys = createWriteKeys({ defaultKey: 'k', load, maxAge: 50 });
    const first = keys.find(['app-key']);
    reads[0]?.finish('app');
    expect(await first).toMatchObject({ name: 'app' });
    expect(await keys.find(['app-key'])).toMatchObject({ name: 'app' });
    expect(reads).toHaveLength(1);
    const until = performance.now() + 51;
    while (performance.now() < until) await new Promise((resolve) => setImmediate(resolve));
    const later = keys.find(['app-key']);
    reads[1]?.finish();
    expect(await later).toBeUndefined();
  });

  it('refuses no key from memory: each that is not known waits for a read that began after it was asked', async () => {
    const { reads, load } = heldReads();
    const keys = createWriteKeys({ defaultKey: 'k', load });
    const early = keys.find(['new-key']);
    // The source comes to be while the first read is on its way.
    const others = Array.from({ length: 100 }, () => keys.find(['new-key']));
    expect(reads).toHaveLength(1);
    reads[0]?.finish();
    expect(await early).toBeUndefined();
    expect(reads).toHaveLength(2);
    reads[1]?.finish('new');
    for (const found of await Promise.all(others)) expect(found).toMatchObject({ name: 'new' });
    expect(reads).toHaveLength(2);
  });

  it('throws where it cannot know, and recovers', async () => {
    const { reads, load } = heldReads();
    const keys = createWriteKeys({ defaultKey: 'k', load });
    const both = Promise.allSettled([keys.find(['app-key']), keys.find(['app-key'])]);
    reads[0]?.fail();
    while (reads.length < 2) await new Promise((resolve) => setImmediate(resolve));
    reads[1]?.fail();
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const third = keys.find(['app-key']);
    reads[2]?.finish('app');
    expect(await third).toMatchObject({ name: 'app' });
  });
});

describe('the keys a request offers', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');

  it.each([
    [{ authorization: `Basic ${base64('key:')}` }, ['key']],
    [{ authorization: `Basic ${base64('key:pass:word')}` }, ['key']],
    [{ authorization: `BASIC  ${base64('key')}` }, ['key']],
    [{ authorization: 'Bearer token' }, ['token']],
    [{ 'x-write-key': ' key ' }, ['key']],
    [{ writekey: 'key' }, ['key']],
    [{ authorization: `Basic ${base64('one:')}`, 'x-write-key': 'two' }, ['one', 'two']],
    [{ authorization: `Basic ${base64(':')}` }, []],
    [{ authorization: 'Basic' }, []],
    [{ authorization: '' }, []],
    [{ authorization: 'key' }, []],
    [{}, []],
  ])('of %j are %j', (headers, keys) => {
    expect(offeredKeys(headers)).toEqual(keys);
    expect(offeredKeys(headers, 'body')).toEqual([...keys, 'body']);
  });
});
