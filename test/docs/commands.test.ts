import { rmSync } from 'node:fs';
import { eventually } from '../support/eventually';
import { testFolder } from '../support/folders';
import { allBlocks } from './support/documents';
import { Terminal } from './support/terminal';

// One story, in the order in which a newcomer reads: each test goes on where the one before it left the stack.
describe('the commands of the documents, typed in by a newcomer', () => {
  const ran = new Set<string>();
  let home: string;
  let terminal: Terminal;
  beforeAll(() => {
    home = testFolder();
    terminal = new Terminal(home);
  });
  afterAll(async () => {
    await terminal.stop();
    rmSync(home, { recursive: true, force: true });
  });

  const run = (name: string) => {
    ran.add(name);
    return terminal.run(name);
  };

  it('start the stack with its clock at ten in the morning, and say where everything is', async () => {
    ran.add('start-by-day');
    await terminal.start('start-by-day');
    for (const part of [
      'Postgres    ',
      'Temporal    ',
      'Twilio      ',
      '/v1/batch',
      '/sandbox',
      'write key wk_',
    ])
      expect(terminal.said).toContain(part);
    expect(terminal.said).toMatch(/Clock +2027-02-02T15:00/);
  }, 180_000);

  it('send it a customer and a check-in, move the clock, and tell what came of it', async () => {
    const output = await run('send');
    expect(output.match(/\{"success":true\}/g)).toHaveLength(2);
    expect(output).toMatch(/2027-02-02T15:\S+ → 2027-02-02T16:3/);
    expect(output).toMatch(/send +flash-reward sent/);
    expect(output).toMatch(/send +flash-reward-reminder sent/);
    expect(output).toMatch(/enrollment +flash-reward v1 completed/);
  });

  it('show each thing that happens as one line, and no number or name', async () => {
    await eventually(
      () => expect(terminal.said).toContain('send       flash-reward-reminder delivered') ?? true,
    );
    const lines = terminal.said.split('\n');
    expect(lines.filter((line) => line.endsWith('event      Visit Checked In'))).toHaveLength(1);
    expect(lines.filter((line) => line.endsWith('enrollment flash-reward entered'))).toHaveLength(1);
    expect(terminal.said).not.toMatch(/Carla|555.?0144/);
  });

  it('make the phone of the first customer ring, with the reasons why', async () => {
    expect((await run('first-customer')).match(/\{"success":true\}/g)).toHaveLength(2);
    const why = await eventually(async () => {
      const told = await run('why');
      return told.includes('flash-reward sent') && told;
    });
    expect(why).toContain('✓ consent      subscribed (sms)');
    expect(why).toContain('open 08:00–21:00');
  });

  it('move the clock by ninety minutes, to a reminder', async () => {
    expect(await run('travel')).toMatch(/ → 2027-02-02T18:/);
    expect(await run('why')).toMatch(/send +flash-reward-reminder sent/);
  });

  it('move it by ninety days, past the ten parts of onboarding', async () => {
    const output = await run('ninety-days');
    const sent = [...output.matchAll(/send +(onboarding-\d+) sent/g)].map(([, message]) => message);
    expect(sent).toEqual(Array.from({ length: 10 }, (_, i) => `onboarding-${i + 1}`));
    expect(output).toMatch(/enrollment +onboarding v1 completed/);
  }, 120_000);

  it('send an event with the library of Segment', async () => {
    await run('segment');
    expect(await run('why')).toMatch(/event +Feature Viewed +feature find-provider/);
  });

  it('tell an operator why a text went out', async () => {
    const answer = await run('why-answer');
    expect(answer).toMatch(/^flash-reward of flash-reward, asked for at .* was allowed; it is /m);
    expect(answer).toMatch(/✓ +consent/);
    const output = await run('why-decisions');
    expect(output).toMatch(/decision +flash-reward send/);
    expect(output).not.toMatch(/^ +\d\d:\d\d:\d\d +event/m);
  });

  it('hold back a journey, and all sending, and let them go on', async () => {
    const output = await run('switches');
    expect(output).toMatch(
      /^All sending is halted[^]*^flash-reward is paused[^]*^Sending goes on[^]*^flash-reward runs/m,
    );
  });

  it('correct, replay and drop what is in quarantine', async () => {
    await terminal.track({ messageId: 'm1', event: 'Visit Checked In', properties: { visitId: 'V9' } });
    await terminal.track({ messageId: 'm2', event: 'Visit Checked Inn' });
    const output = await run('quarantine');
    expect(output).toContain('properties.providerId  required  required: providerId');
    expect(output).toContain('unknown_event');
    expect(output).toMatch(/^Replayed\.$[^]*^Dropped\.$/m);
  });

  it('stop, and start again where the clock stood', async () => {
    expect(await terminal.stop()).toBe(0);
    ran.add('start');
    await terminal.start('start');
    expect(terminal.said).toMatch(/Clock +2027-05-03T/);
    expect(await run('why')).toContain('Feature Viewed');
    expect(await terminal.stop()).toBe(0);
  }, 180_000);

  it('are all that are marked to be run', () => {
    const marked = allBlocks.flatMap(({ mark }) => (mark?.word === 'run' ? [mark.rest] : []));
    // Apart from one another processes are run in deploying.test.ts.
    expect([...ran, 'apart'].sort()).toEqual(marked.sort());
  });
});
