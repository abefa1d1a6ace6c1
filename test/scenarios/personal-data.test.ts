import { Client, Connection } from '@temporalio/client';
import { createLogger } from '../../config/logger';
import { caller } from './support/calls';
import { type Twilio, twilioOf } from './support/twilio';
import { type TestWorld, testWorld } from './support/world';

/** A customer, everything she says, and everything said to her: what must not turn up where it does not belong. */
const zenobia = {
  phone: '+12125550188',
  email: 'zenobia.quill@example.org',
  firstName: 'Zenobia',
  lastName: 'Quillfeather',
};
const said = 'meet me at the orchard gate';
const personal = [
  '2125550188',
  '(212) 555-0188',
  '212-555-0188',
  '212.555.0188',
  '%2B1212',
  'zenobia',
  'quillfeather',
  'example.org',
  said,
  'Thanks for visiting',
  'Reply STOP to opt out',
];

let world: TestWorld;
let twilio: Twilio;
let log = '';
beforeAll(async () => {
  const write = (line: string) => {
    log += line;
  };
  world = await testWorld({
    clock: '2027-02-02T15:00:00Z',
    log: createLogger({ level: 'trace', destination: { write } }),
  });
  twilio = twilioOf(world);
  await everythingHappens();
});
afterAll(() => world.end());

/** She is sent to, refused, lost and found; and her data comes in wherever something can go wrong with it. */
async function everythingHappens(): Promise<void> {
  const { phone, email } = zenobia;
  const visit = (visitId: string, more: object = {}) => ({
    visitId,
    providerId: 'P1',
    phone,
    email,
    ...more,
  });
  await world.subscribe('u1', phone, { ...zenobia, nickname: 'Zenobia Quillfeather' });
  await world.track('u1', 'Visit Checked In', visit('V1', { note: said, patientName: 'Zenobia' }));
  await world.settle();
  const [sent] = await world.history('user_id:u1', 'send');
  await twilio.fault({ fault: 'accept_then_reset', to: phone });
  await world.track('u1', 'Appointment Booked', {
    appointmentId: 'A1',
    startsAt: '2027-02-09T15:00:00Z',
    phone,
    said,
  });
  await world.settle();
  for (const code of [21211, 21612, 21408]) {
    const other = `+1212555${code - 21_000 + 3_000}`;
    await world.subscribe(`u${code}`, other, { firstName: 'Zenobia' });
    await twilio.fault({ fault: 'refuse', code, to: other });
    await world.track(`u${code}`, 'Visit Checked In', visit('V1', { phone: other }));
  }
  await world.track('u1', 'Phone Verified', { phone });
  await world.track('u1', 'Offer Redeemed', { offerId: 'O1', said, phone });
  for (const body of [said, 'PARE', 'YES', 'START']) await world.reply(phone, body);

  // Wherever it is refused.
  const { call } = caller(world.stack);
  await world.post('/v1/track', `{"phone": "${phone}", "email": "${email}", `);
  await world.post('/v1/batch', {
    batch: [{ type: 'track', userId: email, event: said, properties: zenobia }, zenobia],
  });
  await world.post('/v1/track', {
    userId: phone,
    event: 'Treatment Recorded',
    properties: { visitId: zenobia },
  });
  await world.post('/v1/identify', { userId: phone, traits: { ...zenobia, big: 'x'.repeat(40_000) } });
  await world.post('/v1/identify', { userId: 'u1', traits: zenobia }, phone);
  for (const path of [
    `/api/customers/phone:${phone}`,
    `/api/customers/${encodeURIComponent(`email:${email}`)}/timeline?kinds=${said}`,
    `/api/nothing/${phone}`,
    `/${encodeURIComponent(email)}?phone=${encodeURIComponent(phone)}`,
    `/api/sends?customer=${encodeURIComponent(`phone:${phone}`)}&after=${email}`,
  ])
    await call('GET', path);
  await call('GET', '/api/sends', undefined, { authorization: `Bearer ${phone}` });
  await call('POST', '/sandbox/inbound', { from: phone, body: said, mood: 'good' });
  await call('POST', `/api/quarantine/${encodeURIComponent(email)}/replay`, { properties: zenobia });
  const form = { MessageSid: 'SM1', From: phone, To: phone, Body: said };
  await twilio.inbound(form, { unsigned: true });
  await twilio.callback(String(sent?.['sendId']), {
    ...form,
    MessageStatus: 'failed',
    ErrorCode: '30007',
    ErrorMessage: phone,
  });
  await twilio.callback(String(sent?.['sendId']), { ...form, MessageStatus: 'sent' }, { token: phone });
  await world.moveTo('2027-02-02T18:00:00Z');
}

/** Which of the personal words stand in a text. */
function foundIn(text: string): string[] {
  const lower = text.toLowerCase();
  return personal.filter((word) => lower.includes(word.toLowerCase()));
}

it('the test has put them where they belong: on record, and on the phone', async () => {
  const texts = await twilio.accepted(zenobia.phone);
  expect(foundIn(JSON.stringify(texts))).toEqual(
    expect.arrayContaining(['2125550188', 'zenobia', 'Thanks for visiting']),
  );
  const timeline = JSON.stringify(await world.timeline('user_id:u1'));
  expect(foundIn(timeline)).toEqual(expect.arrayContaining(['2125550188', 'zenobia', said]));
});

it('they are in no line of the log, at its most talkative', () => {
  expect(log.split('\n').length).toBeGreaterThan(50);
  for (const line of log.split('\n')) expect({ line, found: foundIn(line) }).toEqual({ line, found: [] });
});

it('they are not in the metrics', async () => {
  const metrics = await (await fetch(`${world.stack.url}/metrics`)).text();
  expect(metrics).toContain('http_request_seconds');
  expect(foundIn(metrics)).toEqual([]);
});

it('they are nowhere in Temporal: not in ids, search attributes, summaries or failures, nor in any payload', async () => {
  const connection = await Connection.connect({ address: world.stack.temporalAddress });
  try {
    const { workflow } = new Client({ connection });
    const enrollments = await world.call<{ items: { enrollmentId: string }[] }>('GET', '/api/enrollments');
    const ours = new Set(enrollments.body.items.map(({ enrollmentId }) => enrollmentId));
    let read = 0;
    for await (const { workflowId, raw } of workflow.list()) {
      if (!ours.has(workflowId.split('/').at(-1) ?? '')) continue;
      read++;
      const handle = workflow.getHandle(workflowId);
      const described = (await handle.describe()).raw;
      const everything = readable([raw, described, await handle.fetchHistory()]);
      // The payloads can be read: the trigger's own properties are there.
      expect(everything).toMatch(/visitId|appointmentId/);
      expect({ workflowId, found: foundIn(everything) }).toEqual({ workflowId, found: [] });
    }
    expect(read).toBe(ours.size);
    expect(read).toBeGreaterThanOrEqual(5);
  } finally {
    await connection.close();
  }
});

/** As JSON, with the payloads as the text that they are: protobuf writes bytes in base64. */
function readable(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) =>
    key === 'data' && typeof part === 'string' ? Buffer.from(part, 'base64').toString() : part,
  );
}
