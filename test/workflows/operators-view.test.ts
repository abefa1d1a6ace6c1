import { Stage } from './support/stage';

describe("what Temporal's UI tells an operator of a run that sleeps", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage.close());

  it('is in words: what it did, what it waits for, and until when where the customer is', async () => {
    const run = await stage.enter('onboarding', {
      at: '2027-02-02T15:00:00Z',
      event: 'Account Registered',
      properties: {},
    });
    const { details } = await run.rests();
    expect(details).toBe('waiting until 10:00 on 4 Feb 2027, New York time');
    const { events } = await run.handle.fetchHistory();
    const told = (events ?? []).flatMap(
      ({ userMetadata, markerRecordedEventAttributes, timerStartedEventAttributes }) =>
        markerRecordedEventAttributes || timerStartedEventAttributes
          ? [JSON.parse(new TextDecoder().decode(userMetadata?.summary?.data ?? undefined)) as unknown]
          : [],
    );
    expect(told).toEqual([
      'send onboarding-1',
      'when it is 10:00 on day 2 for the customer',
      'waiting until 10:00 on 4 Feb 2027, New York time',
    ]);
  });
});
