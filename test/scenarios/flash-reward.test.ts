import { type TestWorld, testWorld } from './support/world';

describe('a check-in at the clinic', () => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await testWorld({ clock: '2027-02-02T12:00:00Z' });
  });
  afterAll(() => world.end());

  it('becomes a text at once, and a reminder after ninety minutes without redemption', async () => {
    await world.subscribe('ada', '+12125550101');
    await world.trackAt('2027-02-02T15:00:00Z', 'ada', 'Visit Checked In', {
      visitId: 'V1',
      providerId: 'P7',
    });
    await world.moveTo('2027-02-02T17:30:00Z');
    expect(await world.sent('user_id:ada')).toEqual([
      'flash-reward @ 2027-02-02T15:00:00Z',
      'flash-reward-reminder @ 2027-02-02T16:30:00Z',
    ]);
    expect(await world.runs('user_id:ada')).toEqual([
      'flash-reward entered @ 2027-02-02T15:00:00Z',
      'flash-reward completed @ 2027-02-02T16:30:00Z',
    ]);
  });
});
