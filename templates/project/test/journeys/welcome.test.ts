import { days } from 'jornada';
import { testJourneys } from 'jornada/testing';
import * as catalog from '../../catalog';
import { welcome } from '../../workflows/welcome/v1';

// It begins on a Tuesday at ten in New York.
const about = { catalog, journeys: [welcome], at: '2027-02-02T15:00:00Z' };

test('greets at once, and makes an offer on day three at ten, local time', async () => {
  const t = testJourneys(about);
  const ana = await t.customer('ana', { firstName: 'Ana' });
  await ana.does('Account Registered');
  expect(ana).toHaveSent('welcome', { at: '2027-02-02T15:00:00Z', body: 'Ana' });

  await t.advance(days(4));
  expect(ana).toHaveSent('first-order', { at: '2027-02-05T15:00:00Z' });
  expect(ana).toHaveEnded('completed');
});

test('makes no offer to who has ordered', async () => {
  const t = testJourneys(about);
  const ana = await t.customer('ana');
  await ana.does('Account Registered');
  await t.advance(days(1));
  await ana.does('Order Completed', { orderId: 'O1' });
  expect(ana).toHaveEnded('goal');

  await t.advance(days(4));
  expect(ana).not.toHaveSent('first-order');
});
