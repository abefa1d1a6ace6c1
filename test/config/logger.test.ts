import { readFile } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { createLogger, type Logger } from '../../config/logger';
import { mask } from '../../config/mask';
import { prettyLine } from '../../config/pretty-stream';

const phone = '+15551234567';
const email = 'maria.silva@example.com';

describe('masking of text', () => {
  test.each([
    ['+15551234567', '[phone]'],
    ['to +1 (555) 123-4567.', 'to [phone].'],
    ['sms:+5511987654321', 'sms:[phone]'],
    ['(555) 123-4567 called', '[phone] called'],
    ['555.123.4567', '[phone]'],
    ['call 15551234567 now', 'call [phone] now'],
    ['phone:%2B15551234567/timeline', 'phone:[phone]/timeline'],
    ['To=%2B15551234567&Body=x', 'To=[phone]&Body=x'],
    ['whatsapp:+447700900123', 'whatsapp:[phone]'],
    ['"+15551234567"', '"[phone]"'],
    ['maria@example.com wrote', '[email] wrote'],
    ['<maria.silva+x@mail.example.co.uk>', '<[email]>'],
    ['email:maria%40example.com', 'email:[email]'],
    ['Key (type, value)=(phone, +15551234567) exists', 'Key (type, value)=(phone, [phone]) exists'],
    ['joão@exemplo.com.br', '[email]'],
  ])('%s becomes %s', (text, masked) => {
    expect(mask(text)).toBe(masked);
  });

  test.each([
    '2026-11-22T17:03:04.123Z',
    '2026-11-22 17:03:04.123+00:00',
    '2026-11-22',
    'journey/flash-reward/0b8c5e0e-4f0e-4b63-9d0d-0123456789ab',
    'b8c5e0e4-1234-4567-8901-012345678901',
    'SM0123456789abcdef0123456789abcdef',
    '127.0.0.1:54329',
    '192.168.100.200',
    'took 1234 ms, 15.18 (/usr/lib/postgresql/15/bin)',
    'flash-reward.v2',
    'port 54329 is taken, using 54330',
  ])('%s stays', (text) => {
    expect(mask(text)).toBe(text);
  });

  test('no E.164 number survives, whatever stands around it', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[1-9]\d{6,14}$/),
        fc.string(),
        fc.string().filter((text) => !/^\d/.test(text)),
        (digits, before, after) => {
          expect(mask(`${before}+${digits}${after}`)).not.toContain(digits);
        },
      ),
    );
  });

  test('a masked text is masked already', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(mask(mask(text))).toBe(mask(text));
      }),
    );
  });

  test('a long text without an address is scanned in an instant', () => {
    const startedAt = performance.now();
    mask('a'.repeat(200_000));
    mask('a.'.repeat(100_000));
    mask('1 '.repeat(100_000));

    // Anything worse than linear takes minutes.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});

describe('a log line', () => {
  test('has neither phone nor e-mail, wherever they stand', () => {
    const output = written((log) => {
      log.info(`text to ${phone}`);
      log.info('mail to %s', email);
      log.info({ reason: `no such number ${phone}` }, `gave up on ${phone}`);
      log.info({ event: { name: 'Visit Checked In', properties: { phone, email } } }, 'event');
      log.info({ phone, email, to: phone, body: 'hi', traits: { phone } }, 'traits');
      log.child({ path: `/api/customers/phone:${phone}`, phone }).warn('request');
      log.error(new Error(`cannot text ${phone}`));
      log.error({ err: new Error('outer', { cause: new Error(`cause ${email}`) }) });
      log.error(
        { err: Object.assign(new Error('pg'), { detail: `Key (value)=(${phone}) exists` }) },
        'query',
      );
      log.info({ problems: [phone, email], [phone]: 1, count: 15551234567 }, 'lists and keys');
    });

    expect(output.split('\n').filter(Boolean)).toHaveLength(10);
    expect(output).not.toMatch(/5551234567|silva|example\.com/);
  });

  test('shows nothing of a customer, whatever the trait is called', () => {
    const output = written((log) => {
      log.info({ profile: { name: 'Maria', address: '12 Main Street' } }, 'profile');
      log.info({ firstName: 'Maria', traits: { state: 'Texas', name: 'Maria' } }, 'traits');
      log.info({ err: Object.assign(new Error('row'), { detail: 'Failing row contains (Maria)' }) }, 'row');
    });

    expect(output).not.toMatch(/Maria|Main|Texas/);
    expect(output).toContain('[hidden]');
  });

  test('keeps ids, names of ours, instants, counts and errors', () => {
    const [line] = lines((log) =>
      log.warn(
        {
          journey: 'flash-reward',
          enrollmentId: '0b8c5e0e-4f0e-4b63-9d0d-0123456789ab',
          workflowId: 'journey/flash-reward/0b8c5e0e-4f0e-4b63-9d0d-0123456789ab',
          dueAt: new Date('2026-11-22T17:03:04.123Z'),
          events: 200,
          offsetMs: 7_776_000_000,
          ok: true,
          err: Object.assign(new TypeError('no such step', { cause: new Error('deeper') }), { code: 'STEP' }),
        },
        'step %s failed',
        'reminder',
      ),
    );

    expect(line).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      pid: process.pid,
      journey: 'flash-reward',
      enrollmentId: '0b8c5e0e-4f0e-4b63-9d0d-0123456789ab',
      workflowId: 'journey/flash-reward/0b8c5e0e-4f0e-4b63-9d0d-0123456789ab',
      dueAt: '2026-11-22T17:03:04.123Z',
      events: 200,
      offsetMs: 7_776_000_000,
      ok: true,
      err: {
        type: 'TypeError',
        message: 'no such step',
        code: 'STEP',
        stack: expect.stringContaining('logger.test'),
        cause: expect.objectContaining({ message: 'deeper' }),
      },
      msg: 'step reminder failed',
    });
  });

  test('takes the message of an error that is logged alone', async () => {
    const missing = await readFile('/no/such/file').catch((error: unknown) => error);

    const [own, foreign] = lines((log) => {
      log.error(new Error('it broke'));
      log.error({ err: missing });
    });

    expect(own).toMatchObject({ msg: 'it broke', err: { type: 'Error' } });
    expect(foreign).toMatchObject({ msg: expect.stringContaining('ENOENT'), err: { code: 'ENOENT' } });
  });

  test('survives what refers to itself or is very deep', () => {
    const loop: Record<string, unknown> = { name: 'loop' };
    loop.cause = loop;

    expect(written((log) => log.info({ result: loop }, 'loop'))).toContain('[deeper]');
  });

  test('is not written below the level', () => {
    expect(written((log) => log.debug('quiet'))).toBe('');
  });
});

test('a line for people has the time, the level, the message and the fields', () => {
  const line = JSON.stringify({
    level: 'info',
    time: '2026-11-22T17:03:04.123Z',
    pid: 1,
    journey: 'onboarding',
    events: 3,
    msg: 'enrolled',
  });

  expect(stripVTControlCharacters(prettyLine(line))).toBe(
    '17:03:04 INFO  enrolled journey=onboarding events=3',
  );
});

function written(write: (log: Logger) => void): string {
  let output = '';
  const destination = {
    write: (line: string) => {
      output += line;
    },
  };
  write(createLogger({ level: 'info', pretty: false, destination }));
  return output;
}

function lines(write: (log: Logger) => void): unknown[] {
  return written(write)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
