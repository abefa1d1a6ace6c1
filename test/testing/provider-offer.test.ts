import { testJourneys } from 'jornada/testing';
import * as catalog from '../../catalog';
import { providerOffer } from '../../workflows/provider-offer/v1';

const start = (at: string, codes: readonly string[]) =>
  testJourneys({ catalog, journeys: [providerOffer], at, codes: { 'provider-offer': codes } });
const sentTo = (customer: { timeline(kind: 'send'): readonly { readonly [field: string]: unknown }[] }) =>
  customer.timeline('send').find(({ status }) => status === 'sent')?.['body'];

it('texts each customer a code of their own', async () => {
  const t = start('2027-02-02T15:00:00Z', ['ALPHA-1', 'BRAVO-2']);
  const [ana, bo, cy] = [await t.customer('ana'), await t.customer('bo'), await t.customer('cy')];
  await t.launch('provider-offer', ana, bo, cy);
  expect(sentTo(ana)).toContain('code ALPHA-1, until Thu, Mar 4');
  expect(sentTo(bo)).toContain('code BRAVO-2');
  expect(cy).toHaveBeenRefused('provider-offer', 'no_code');
  expect(cy).toHaveSentNothing();
  expect(ana.offer('provider-offer')).toMatchObject({ code: 'ALPHA-1', status: 'granted' });
});

it('gives a code that was not sent to the next customer', async () => {
  const t = start('2027-02-03T02:30:00Z', ['ALPHA-1']);
  const ana = await t.customer('ana');
  await t.launch('provider-offer', ana);
  expect(ana).toHaveBeenDeferred('provider-offer', { reason: 'quiet_hours' });
  // The code may yet be somebody else's.
  expect(ana).not.toHaveOffer('provider-offer');
  await t.moveTo('2027-02-03T12:00:00Z');
  await ana.does('Offer Redeemed', { offerId: 'another' });
  expect(ana).toHaveEnded('exited');

  const bo = await t.customer('bo');
  await t.moveTo('2027-02-03T15:00:00Z');
  await t.launch('provider-offer', bo);
  expect(ana).toHaveSentNothing();
  expect(sentTo(bo)).toContain('ALPHA-1');
});

it('makes as many codes as are asked for where a test names none', async () => {
  const t = testJourneys({ catalog, journeys: [providerOffer] });
  const bodies = [];
  for (const name of ['ana', 'bo']) {
    const customer = await t.customer(name);
    await t.launch('provider-offer', customer);
    bodies.push(sentTo(customer));
  }
  expect(bodies).toEqual([expect.stringContaining('CODE-0001'), expect.stringContaining('CODE-0002')]);
});
