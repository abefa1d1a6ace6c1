import { readFolder } from '../../analysis/reading/read-folder';
import { readJourneys } from '../../analysis/reading/read-journeys';
import { join } from 'node:path';
import { outline, outlineOf } from './support/outline';

describe('a flow that is read', () => {
  it('has its steps in order, with what the source says of them', () => {
    expect(
      outlineOf(`
        const offer = await j.grantOffer('gift', { expiresIn: hours(2) });
        await j.send('hello', { offer });
        await j.wait(days(3), { name: 'cooling-off' });
        await j.until(day(2).at('10:00'));
        await j.until(before(trigger.startsAt, hours(24)));
        await j.waitFor('Adopted', { where: { feature: 'x' }, timeout: seconds(90), lookback: days(7) });
        await j.waitForAny({ a: 'A', b: { event: 'B', where: { id: 'y' } } }, { timeout: minutes(90) });
        await j.profile();
        await j.outcome('done');`),
    ).toEqual([
      'grant gift, good for 2 hours',
      'send, hello',
      'wait 3 days, “cooling-off”',
      'until day 2 at 10:00',
      'until 24 hours before trigger.startsAt',
      'wait for Adopted, feature = x, at most 90 seconds, looking back 7 days',
      'wait for A or B, id = y, at most 90 minutes',
      'read the profile',
      'outcome done',
    ]);
  });

  it('knows values by the constants of the module, through lists, members and templates', () => {
    expect(
      outlineOf(
        `for (const part of parts) await j.send(part.message);
         await j.send(\`\${prefix}-end\`);
         await j.send(late ? 'a' : 'b');
         await j.wait(pause);`,
        `const prefix = 'tour'; const pause = hours(36);
         const parts = [{ message: 'tour-1' }, { message: 'tour-2' }] as const;`,
      ),
    ).toEqual([
      'for each part of parts (2) [2]',
      '  send, tour-1, tour-2',
      'send, tour-end',
      'send, a, b',
      'wait 36 hours',
    ]);
  });

  it('shows what it does not know as its text', () => {
    expect(outlineOf('await j.send(choose(trigger)); await j.wait(pause);', 'let pause = hours(1);')).toEqual(
      ['send, choose(trigger)', 'wait pause'],
    );
  });

  it('branches by what is asked, and leaves out what takes no step', () => {
    expect(
      outlineOf(`
        if (trigger.gold) await j.send('a'); else if (trigger.silver) { await j.send('b'); return; }
        if (trigger.x) count++;
        const kind = trigger.kind ?? (await j.profile()).stage;
        if (kind) throw new Error();
        switch (kind) { case 'new': case 'old': await j.send('c'); break; default: }`),
    ).toEqual([
      'trigger.gold: yes',
      '  send, a',
      'trigger.gold: no',
      '  trigger.silver: yes',
      '    send, b',
      '    return',
      '  trigger.silver: no',
      'trigger.kind: no',
      '  read the profile',
      'trigger.kind: yes',
      'kind: yes',
      '  throw',
      'kind: no',
      "kind: 'new', 'old'",
      '  send, c',
      'kind: otherwise',
    ]);
  });

  it.each([
    ["for (const m of ['a', 'b'] as const)", "for each m of ['a', 'b'] as const (2) [2]"],
    ['for (const m of trigger.list)', 'for each m of trigger.list [unknown]'],
    ['for (let n = 0; n < 3; n++)', 'for n = 0; n < 3; n++ (3) [3]'],
    ['for (let n = 1; n <= 3; n++)', 'for n = 1; n <= 3; n++ (3) [3]'],
    ['for (let n = 0; n < trigger.n; n++)', 'for n = 0; n < trigger.n; n++ [unknown]'],
    ['for (;;)', 'again and again [never]'],
    ['while (true)', 'again and again [never]'],
    ['while (j.now < trigger.end)', 'while j.now < trigger.end [unknown]'],
  ])('says how often goes round %s', (head, expected) => {
    expect(outlineOf(`${head} { await j.send('x'); }`)).toEqual([expected, '  send, x']);
  });

  it('does not believe a counter that is turned back', () => {
    expect(outlineOf("for (let n = 0; n < 3; n++) { await j.send('x'); if (late) n = 0; }")[0]).toMatch(
      /unknown/,
    );
  });

  it('follows helpers of the module, with what they are given', () => {
    expect(
      outlineOf(
        `await remind(j, 'soon');
         const inner = async (id) => { await j.send(id); };
         await inner('mine');`,
        `async function remind(run, message) { await run.wait(hours(1)); await run.send(message); }`,
      ),
    ).toEqual(['remind()', '  wait 1 hour', '  send, soon', 'inner()', '  send, mine']);
  });

  it('does not guess what lies elsewhere', () => {
    expect(outlineOf('await remind(j);', "import { remind } from './remind';")).toEqual([
      'opaque: what is called is not in this file',
    ]);
    expect(
      outlineOf('await again(j);', 'async function again(j) { await j.send("x"); await again(j); }'),
    ).toEqual(['again()', '  send, x', '  opaque: again calls itself']);
    expect(outlineOf('await later(() => j.send("x"));')).toEqual([
      'opaque: what is called is not in this file',
    ]);
  });

  it('shows what is done side by side, what is tried, and callbacks of lists', () => {
    expect(
      outlineOf(`
        await Promise.all([j.wait(hours(1)), j.waitFor('A', { timeout: hours(2) })]);
        try { await j.send('a'); } catch { await j.outcome('failed'); } finally { await j.outcome('end'); }
        await Promise.all(['x', 'y'].map((id) => j.send(id)));`),
    ).toEqual([
      'Promise.all 1',
      '  wait 1 hour',
      'Promise.all 2',
      '  wait for A, at most 2 hours',
      'try',
      '  send, a',
      'catch',
      '  outcome failed',
      'finally',
      '  outcome end',
      'Promise.all 1',
      "  for each of ['x', 'y'] (2) [2]",
      '    send, id',
    ]);
  });
});

describe('a journey that is read', () => {
  const text = `
    import { journey as define } from 'anything';
    const base = { version: 2, purpose: 'marketing' } as const;
    /** What it is
     *  for. */
    export const two = define('two', { ...base, enter: { on: 'A' }, reentry: { after: days(30) } }, flow);
    async function flow(j) { await j.send('x'); }`;

  it('has its id, version, policy, doc comment and places, whatever it imports journey() from', () => {
    const { journeys } = readJourneys('two.ts', text);
    expect(journeys).toMatchObject([
      {
        id: 'two',
        version: 2,
        about: 'What it is for.',
        at: { file: 'two.ts', line: 6 },
        policy: {
          values: { version: 2, purpose: 'marketing', enter: { on: 'A' }, reentry: { after: { days: 30 } } },
          places: { purpose: { line: 3 }, enter: { line: 6 } },
        },
      },
    ]);
    expect(outline(journeys[0]?.flow ?? [])).toEqual(['send, x']);
  });

  it('has the same code in another layout and with other comments', () => {
    const code = (source: string) => readJourneys('two.ts', source).journeys[0]?.code;
    expect(code(`${text.replaceAll(' }', '\n  }')} // more`)).toBe(code(text));
    expect(code(text.replace("send('x')", "send('y')"))).not.toBe(code(text));
  });

  it('is told of where it cannot be read', () => {
    const { journeys, unread } = readJourneys(
      'odd.ts',
      'const make = (id) => journey(id, base, async (j) => {});',
    );
    expect(journeys).toEqual([]);
    expect(unread).toEqual([{ at: { file: 'odd.ts', line: 1 }, why: 'its id is not written out' }]);
  });

  it('is each of those that ship', () => {
    const { journeys, unread } = readFolder(join(__dirname, '..', '..'));
    expect(unread).toEqual([]);
    expect(journeys.map(({ id, version }) => `${id} ${version}`)).toEqual(
      expect.arrayContaining([
        'appointment-care 1',
        'feature-how-to 1',
        'flash-reward 1',
        'onboarding 1',
        'reactivation 1',
      ]),
    );
  });
});
