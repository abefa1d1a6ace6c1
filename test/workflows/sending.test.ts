import type { SendAnswer } from '../../workflows/runtime/contract';
import { iso } from './support/fake-record';
import { Stage } from './support/stage';

describe('sending', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage.close());

  const entered = { at: '2027-02-03T03:00:00Z' };
  const at = (instant: string) => Date.parse(instant);
  const enter = (...answers: SendAnswer[]) => stage.enter('sends-and-goes-on', { ...entered, answers });

  it('sleeps through a deferral, asks again from the top, and the journey goes on from there', async () => {
    const run = await enter(
      { status: 'deferred', reason: 'quiet_hours', until: at('2027-02-03T13:00:00Z') },
      { status: 'deferred', reason: 'locked', until: at('2027-02-08T15:00:00Z') },
    );
    expect((await run.rests()).details).toBe(
      'holding onboarding-1 back (quiet hours) until 08:00 on 3 Feb 2027, New York time',
    );
    await run.travel('2027-02-09T00:00:00Z');
    expect(run.entry.asks).toEqual([
      'onboarding-1#1 @ 2027-02-03T03:00:00Z',
      'onboarding-1#1 @ 2027-02-03T13:00:00Z',
      'onboarding-1#1 @ 2027-02-08T15:00:00Z',
    ]);
    expect(run.entry.outcomes.slice(0, 2)).toEqual([
      'answer "sent" @ 2027-02-08T15:00:00Z',
      'an hour later null @ 2027-02-08T16:00:00Z',
    ]);
  });

  it('is not asked again when the run ends while it is held back', async () => {
    const run = await enter({
      status: 'deferred',
      reason: 'quiet_hours',
      until: at('2027-02-03T13:00:00Z'),
    });
    await run.travel('2027-02-03T10:00:00Z');
    await run.end({ status: 'exited', reason: 'exit_event' });
    expect(await run.result()).toEqual({ status: 'exited', reason: 'exit_event' });
    expect(run.entry.asks).toHaveLength(1);
    expect(await run.history()).toContain('TIMER_CANCELED');
  });

  it('refused, it is an answer, and the journey goes on', async () => {
    const run = await enter({ status: 'suppressed', reason: 'consent', at: at(entered.at) });
    expect(run.entry.outcomes[0]).toMatch(/^answer {"status":"suppressed","reason":"consent"/);
    await run.travel('2027-02-03T04:00:00Z');
    expect(run.entry.outcomes[1]).toBe('an hour later null @ 2027-02-03T04:00:00Z');
  });

  it('failed, it is an answer with its code, and the journey goes on', async () => {
    const run = await enter({ status: 'failed', sendId: 's1', code: '21211', at: at(entered.at) });
    expect(run.entry.outcomes[0]).toMatch(/"status":"failed","sendId":"s1","code":"21211"/);
  });

  it('waits as long as the provider asks, and that moves no later wait', async () => {
    const run = await enter({ status: 'retry', sendId: 's1', until: at('2027-02-03T03:00:07Z') });
    await run.travel('2027-02-03T05:00:00Z');
    expect(run.entry.asks[1]).toBe('onboarding-1#1 @ 2027-02-03T03:00:07Z');
    expect(run.entry.outcomes[1]).toBe('an hour later null @ 2027-02-03T04:00:00Z');
  });

  it('goes by the real time after an outage of the provider', async () => {
    const run = await enter({ status: 'retry', sendId: 's1', until: at('2027-02-03T09:00:00Z') });
    await run.travel('2027-02-03T12:00:00Z');
    expect(run.entry.outcomes[1]).toBe('an hour later null @ 2027-02-03T10:00:00Z');
  });

  describe('of which nobody knows what became', () => {
    const unknown = { status: 'unknown', sendId: 's1', until: at('2027-02-03T03:05:30Z') } as const;

    it('waits until it is settled', async () => {
      const run = await enter(unknown);
      run.entry.sendResults.push({ status: 'sent', sendId: 's1', providerSid: 'SM1', at: at(entered.at) });
      await run.travel('2027-02-03T03:01:10Z');
      await run.tell({ kind: 'settled', sendId: 'another' });
      expect(run.entry.calls).toEqual(['send']);
      await run.tell({ kind: 'settled', sendId: 's1' });
      expect(run.entry.outcomes[0]).toBe('answer "sent" @ 2027-02-03T03:00:00Z');
    });

    it('asks the record a minute after the grace when it heard nothing', async () => {
      const run = await enter(unknown);
      run.entry.sendResults.push({
        status: 'failed',
        sendId: 's1',
        code: 'unresolved',
        at: at('2027-02-03T03:05:30Z'),
      });
      expect(iso((await run.rests()).wakeAt ?? 0)).toBe('2027-02-03T03:06:30Z');
      await run.travel('2027-02-03T03:06:30Z');
      expect(run.entry.outcomes[0]).toMatch(/"code":"unresolved"/);
    });

    it('waits for the second attempt too, and then says that it is unknown', async () => {
      const again = { ...unknown, until: at('2027-02-03T03:10:30Z') };
      const run = await enter(unknown);
      run.entry.sendResults.push(again, again);
      await run.travel('2027-02-03T03:06:30Z');
      expect(run.entry.outcomes).toEqual([]);
      await run.travel('2027-02-03T03:11:30Z');
      expect(run.entry.outcomes[0]).toBe('answer {"status":"unknown","sendId":"s1"} @ 2027-02-03T03:00:00Z');
    });

    it('is found settled when the word came before the answer', async () => {
      const run = await stage.start('sends-and-goes-on', {
        ...entered,
        answers: [unknown],
        settled: ['s1'],
        sendResults: [{ status: 'sent', sendId: 's1', providerSid: 'SM1', at: at(entered.at) }],
      });
      await run.rests();
      expect(run.entry.outcomes[0]).toBe('answer "sent" @ 2027-02-03T03:00:00Z');
    });
  });

  it('names each send for ever by its step and how often that was reached', async () => {
    const run = await stage.enter('sends-twice', entered);
    expect(run.entry.asks.map((ask) => ask.split(' ')[0])).toEqual([
      'onboarding-2#1',
      'onboarding-2#2',
      'again#1',
    ]);
  });

  it('has the end of the offer as its deadline', async () => {
    const run = await stage.enter('flash-reward', {
      at: '2027-02-02T19:03:07Z',
      event: 'Visit Checked In',
      properties: { visitId: 'V1', providerId: 'P7' },
    });
    expect(run.entry.asks).toEqual(['flash-reward#1 @ 2027-02-02T19:03:07Z until 2027-02-02T21:03:07Z']);
  });

  it('goes on by itself once the record can be reached again', async () => {
    const run = await stage.enter('sends-and-goes-on', { ...entered, failures: ['send', 'send'] });
    expect(run.entry.calls.filter((call) => call === 'send')).toHaveLength(3);
    expect(run.entry.outcomes[0]).toBe('answer "sent" @ 2027-02-03T03:00:00Z');
  });
});
