import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readEnvironment } from '../../config/environment';

test('an empty environment is the embedded stack on port 3000', () => {
  expect(readEnvironment({})).toEqual({
    port: 3000,
    home: resolve('.jornada'),
    databaseUrl: undefined,
    temporal: undefined,
    twilio: undefined,
    sandboxAuthToken: undefined,
    publicUrl: undefined,
    writeKey: undefined,
    apiToken: undefined,
    logLevel: 'info',
    postgresBinaries: 'any',
  });
});

test('an empty variable counts as absent', () => {
  const names = [
    'PORT',
    'DATABASE_URL',
    'TEMPORAL_ADDRESS',
    'TWILIO_ACCOUNT_SID',
    'PUBLIC_URL',
    'JORNADA_WRITE_KEY',
  ];

  expect(readEnvironment(Object.fromEntries(names.map((name) => [name, ' '])))).toEqual(readEnvironment({}));
});

test('a complete environment is read into one object', () => {
  expect(
    readEnvironment({
      PORT: '8080',
      JORNADA_HOME: '/var/lib/jornada',
      DATABASE_URL: 'postgres://jornada:secret@db:5432/jornada',
      TEMPORAL_ADDRESS: 'temporal:7233',
      TEMPORAL_NAMESPACE: 'journeys',
      TWILIO_ACCOUNT_SID: 'AC0123',
      TWILIO_AUTH_TOKEN: 'token',
      TWILIO_MESSAGING_SERVICE_SID: 'MG0123',
      TWILIO_API_URL: 'http://localhost:4000/',
      PUBLIC_URL: 'https://jornada.example.com/base/',
      JORNADA_WRITE_KEY: 'wk',
      JORNADA_API_TOKEN: 'at',
      JORNADA_LOG_LEVEL: 'warn',
      JORNADA_POSTGRES: 'packaged',
    }),
  ).toEqual({
    port: 8080,
    home: '/var/lib/jornada',
    databaseUrl: 'postgres://jornada:secret@db:5432/jornada',
    temporal: {
      address: 'temporal:7233',
      namespace: 'journeys',
      connectionOptions: expect.objectContaining({ address: 'temporal:7233' }),
    },
    twilio: {
      accountSid: 'AC0123',
      authToken: 'token',
      sender: { kind: 'messaging-service', sid: 'MG0123' },
      apiUrl: 'http://localhost:4000',
    },
    sandboxAuthToken: undefined,
    publicUrl: 'https://jornada.example.com/base',
    writeKey: 'wk',
    apiToken: 'at',
    logLevel: 'warn',
    postgresBinaries: 'packaged',
  });
});

test('every problem is in the one message', () => {
  const problems = problemsOf({
    PORT: '70000',
    DATABASE_URL: 'mysql://db/jornada',
    TEMPORAL_ADDRESS: 'https://temporal',
    TWILIO_ACCOUNT_SID: 'SK0123',
    PUBLIC_URL: 'jornada.example.com',
    JORNADA_LOG_LEVEL: 'loud',
  });

  expect(problems).toEqual([
    'PORT: expected a port from 0 to 65535, got "70000"',
    'DATABASE_URL: expected postgres://user:password@host:port/database',
    'PUBLIC_URL: expected an http or https address such as https://jornada.example.com, got "jornada.example.com"',
    'JORNADA_LOG_LEVEL: expected one of trace, debug, info, warn, error, fatal, silent, got "loud"',
    'TEMPORAL_ADDRESS: expected host:port, got "https://temporal"',
    'TWILIO_ACCOUNT_SID: expected an account sid, which begins with AC',
    'TWILIO_AUTH_TOKEN: expected the token of TWILIO_ACCOUNT_SID',
    'TWILIO_MESSAGING_SERVICE_SID: expected it or TWILIO_FROM, to send from',
  ]);
});

test('no problem repeats a secret', () => {
  const secret = 'hunter2';
  const problems = problemsOf({
    DATABASE_URL: `mysql://user:${secret}@db/jornada`,
    TWILIO_ACCOUNT_SID: 'SK',
    TWILIO_AUTH_TOKEN: secret,
    JORNADA_WRITE_KEY: `${secret} ${secret}`,
    JORNADA_API_TOKEN: `${secret}:${secret}`,
  });

  expect(problems.length).toBeGreaterThanOrEqual(5);
  expect(problems.join()).not.toContain(secret);
});

test('what a process cannot do without is asked for by name', () => {
  expect(() =>
    readEnvironment({ DATABASE_URL: 'postgres://db/jornada' }, [
      'DATABASE_URL',
      'TEMPORAL_ADDRESS',
      'PUBLIC_URL',
    ]),
  ).toThrow(
    [
      'The environment is not usable:',
      '  TEMPORAL_ADDRESS: expected a value, it is not set',
      '  PUBLIC_URL: expected a value, it is not set',
    ].join('\n'),
  );
});

test.each(['abc', '-1', '3000.5', '65536', '0x10'])('refuses the port %s', (PORT) => {
  expect(problemsOf({ PORT })).toHaveLength(1);
});

describe('Twilio', () => {
  const account = { TWILIO_ACCOUNT_SID: 'AC0123', TWILIO_AUTH_TOKEN: 'token' };

  test('without an account sid it is the sandbox, whatever else is set', () => {
    expect(
      readEnvironment({ TWILIO_AUTH_TOKEN: 'token', TWILIO_FROM: '+15551230000' }).twilio,
    ).toBeUndefined();
  });

  test('a token without a sid is that of the sandbox', () => {
    expect(readEnvironment({ TWILIO_AUTH_TOKEN: 'token' }).sandboxAuthToken).toBe('token');
    expect(readEnvironment({ ...account, TWILIO_FROM: '+15551230000' }).sandboxAuthToken).toBeUndefined();
  });

  test.each([
    ['TWILIO_FROM', 'a b!'],
    ['TWILIO_MESSAGING_SERVICE_SID', 'AC0123'],
    ['TWILIO_API_URL', 'api.example.com'],
  ])('what is set is checked for the sandbox too: %s', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([expect.stringContaining(`${name}: expected`)]);
  });

  test.each(['+15551230000', '24273', 'Jornada'])('sends from %s', (from) => {
    expect(readEnvironment({ ...account, TWILIO_FROM: from }).twilio?.sender).toEqual({
      kind: 'number',
      from,
    });
  });

  test.each(['5551230000000', '+0555', '+1 555 123 0000'])('does not send from %s', (from) => {
    expect(problemsOf({ ...account, TWILIO_FROM: from })).toHaveLength(1);
  });

  test('a messaging service wins over a number', () => {
    const both = { TWILIO_FROM: '+15551230000', TWILIO_MESSAGING_SERVICE_SID: 'MG0123' };

    expect(readEnvironment({ ...account, ...both }).twilio?.sender).toEqual({
      kind: 'messaging-service',
      sid: 'MG0123',
    });
  });
});

describe('Temporal', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'temporal-settings-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  test('an API key turns TLS on', () => {
    const { temporal } = readEnvironment({ TEMPORAL_ADDRESS: 'cloud:7233', TEMPORAL_API_KEY: 'key' });

    expect(temporal).toMatchObject({ namespace: 'default', connectionOptions: { apiKey: 'key', tls: true } });
  });

  test('a profile of a settings file is used when one is named', () => {
    const file = join(folder, 'temporal.toml');
    writeFileSync(file, '[profile.cloud]\naddress = "cloud:7233"\nnamespace = "ns"\n');

    const { temporal } = readEnvironment({ TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'cloud' });

    expect(temporal).toMatchObject({ address: 'cloud:7233', namespace: 'ns' });
    expect(problemsOf({ TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'other' })).toEqual([
      expect.stringContaining('other'),
    ]);
  });

  test('variables without an address leave the embedded server in use', () => {
    expect(readEnvironment({ TEMPORAL_NAMESPACE: 'journeys' }).temporal).toBeUndefined();
  });
});

function problemsOf(variables: NodeJS.ProcessEnv): readonly string[] {
  try {
    readEnvironment(variables);
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    return (error as { problems: readonly string[] }).problems;
  }
  throw new Error('The environment was accepted');
}
