import { minutes } from 'jornada';
import { testJourneys } from 'jornada/testing';
import * as catalog from '../../catalog';
import { flashReward } from '../../workflows/flash-reward/v1';

test('rewards at the desk, and reminds once', async () => {
  const t = testJourneys({ catalog, journeys: [flashReward], at: '2027-02-02T19:03:07Z' });
  const bruno = await t.customer('bruno', { phone: '+12125550142' });

  await bruno.does('Visit Checked In', { visitId: 'V1', providerId: 'P7' });
  expect(bruno).toHaveSent('flash-reward', { at: '2027-02-02T19:03:07Z', to: '+12125550142' });

  await t.advance(minutes(90));
  expect(bruno).toHaveSent('flash-reward-reminder', { times: 1 });
  expect(bruno).toHaveEnded('completed');
});
