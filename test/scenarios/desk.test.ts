import { phone } from './support/acts';
import { type TestWorld, testWorld } from './support/world';

/** One running stack; the tests go on in time where the one before stopped. */
let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({ clock: '2027-02-01T14:00:00Z' });
});
afterAll(() => world.end());

describe('a reward while the patient is at the desk', () => {
  it('comes at once, whatever else was sent that day', async () => {
    await world.exactly('2027-02-01T15:00:00Z', async () => {
      await world.subscribe('ada', phone(0), { firstName: 'Ada' });
      await world.happens('ada', 'Feature Viewed', { feature: 'find-provider' });
    });
    await world.exactly('2027-02-02T19:03:07Z', () =>
      world.track('ada', 'Visit Checked In', { visitId: 'V1', providerId: 'P7' }),
    );
    expect(await world.sent('user_id:ada')).toEqual([
      'feature-how-to @ 2027-02-02T15:00:00Z',
      'flash-reward @ 2027-02-02T19:03:07Z',
    ]);
    const { offers } = await world.customer('user_id:ada');
    expect(offers).toMatchObject([{ name: 'flash-reward', expiresAt: '2027-02-02T21:03:07.000Z' }]);
    const [, text] = await world.messagesTo(phone(0));
    expect(text?.body).toMatch(/Ada.* 4:03\sPM/);
  });

  it.each([
    ['bia', '+5511987654321', { locale: 'pt-BR' }, /Obrigado.* 18:03 /],
    ['carl', '+442079460958', { locale: 'en' }, /Thanks for visiting!.* 9:03\sPM /],
    ['duda', '+12125550199', { locale: 'pt', timezone: 'America/Sao_Paulo' }, /Obrigado.* 18:03 /],
    ['eva', '+12125550198', { locale: 'fr-FR', timezone: 'America/Los_Angeles' }, /Thanks.* 1:03\sPM /],
  ])('is written for who it goes to: %s', async (userId, number, traits, text) => {
    await world.subscribe(userId, number, traits);
    await world.exactly(`2027-02-03T19:03:0${userId.charCodeAt(0) - 97}Z`, () =>
      world.happens(userId, 'Visit Checked In', { visitId: 'V1', providerId: 'P7' }),
    );
    const [message] = await world.messagesTo(number);
    expect(message?.body).toMatch(text);
  });
});
