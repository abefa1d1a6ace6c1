import { resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError } from './config-error';
import { readTemporal, type TemporalSettings } from './temporal-settings';
import { readTwilio, type TwilioSettings } from './twilio-settings';

/** Everything that the environment decides, read and checked once at start. */
export interface Environment {
  /** `PORT`: of the HTTP server. 0 means any free one. Default 3000. */
  readonly port: number;
  /** `JORNADA_HOME`: folder for what the embedded stack keeps. Absolute. Default `.jornada`. */
  readonly home: string;
  /** `DATABASE_URL`. Undefined: the embedded Postgres. */
  readonly databaseUrl: string | undefined;
  /** `TEMPORAL_ADDRESS` and Temporal's other variables. Undefined: the embedded server. */
  readonly temporal: TemporalSettings | undefined;
  /** `TWILIO_…`. Undefined: the sandbox. */
  readonly twilio: TwilioSettings | undefined;
  /** `TWILIO_AUTH_TOKEN` without a sid: of the sandbox. Undefined: one is made up and kept in the home. */
  readonly sandboxAuthToken: string | undefined;
  /**
   * `PUBLIC_URL`: where Twilio reaches the webhooks, and what its signatures cover. No slash at the end.
   * Undefined: this machine's address, which only the sandbox can reach.
   */
  readonly publicUrl: string | undefined;
  /** `JORNADA_WRITE_KEY`: of the first source. Undefined: one is made up and kept in the home. */
  readonly writeKey: string | undefined;
  /** `JORNADA_API_TOKEN`: of operators. Undefined: one is made up and kept in the home. */
  readonly apiToken: string | undefined;
  /** `JORNADA_LOG_LEVEL`: trace, debug, info, warn, error, fatal or silent. Default info. */
  readonly logLevel: LogLevel;
  /** `JORNADA_POSTGRES`: `packaged` makes the embedded Postgres pass over installed ones. Default `any`. */
  readonly postgresBinaries: 'any' | 'packaged';
}

export type LogLevel = (typeof logLevels)[number];

/** What a process that is not the embedded stack cannot do without. */
export type RequiredVariable =
  | 'DATABASE_URL'
  | 'TEMPORAL_ADDRESS'
  | 'TWILIO_ACCOUNT_SID'
  | 'PUBLIC_URL'
  | 'JORNADA_WRITE_KEY'
  | 'JORNADA_API_TOKEN';

/**
 * Reads and checks `variables` (an empty one counts as absent). Throws {@link ConfigError} with every problem
 * in one message, none of which repeats a secret.
 */
export function readEnvironment(
  variables: NodeJS.ProcessEnv,
  required: readonly RequiredVariable[] = [],
): Environment {
  const given = withoutEmpty(variables);
  const missing = required
    .filter((name) => !(name in given))
    .map((name) => `${name}: expected a value, it is not set`);
  const plain = schema.safeParse(given);
  const temporal = readTemporal(given);
  const twilio = readTwilio(given);
  const problems = [
    ...missing,
    ...(plain.success ? [] : plain.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)),
    ...temporal.problems,
    ...twilio.problems,
  ];
  if (!plain.success || problems.length > 0) throw new ConfigError(problems);
  const { data } = plain;
  return {
    port: data.PORT,
    home: resolve(data.JORNADA_HOME),
    databaseUrl: data.DATABASE_URL,
    temporal: temporal.settings,
    twilio: twilio.settings,
    sandboxAuthToken: twilio.settings ? undefined : given.TWILIO_AUTH_TOKEN,
    publicUrl: data.PUBLIC_URL,
    writeKey: data.JORNADA_WRITE_KEY,
    apiToken: data.JORNADA_API_TOKEN,
    logLevel: data.JORNADA_LOG_LEVEL,
    postgresBinaries: data.JORNADA_POSTGRES,
  };
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const key = z
  .string()
  // A write key is also the user name of Basic authentication, which ends at a colon.
  .regex(/^[^\s:]+$/, 'expected a key without spaces and colons')
  .optional();

const schema = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, { error: ({ input }) => `expected a port from 0 to 65535, got ${show(input)}` })
    .default('3000')
    .transform(Number)
    .refine((port) => port <= 65_535, {
      error: ({ input }) => `expected a port from 0 to 65535, got ${show(input)}`,
    }),
  JORNADA_HOME: z.string().default('.jornada'),
  DATABASE_URL: z
    .string()
    .refine((text) => hasScheme(text, ['postgres:', 'postgresql:']), {
      error: 'expected postgres://user:password@host:port/database',
    })
    .optional(),
  PUBLIC_URL: z
    .string()
    .refine((text) => hasScheme(text, ['http:', 'https:']), {
      error: ({ input }) =>
        `expected an http or https address such as https://jornada.example.com, got ${show(input)}`,
    })
    .transform((text) => text.replace(/\/+$/, ''))
    .optional(),
  JORNADA_WRITE_KEY: key,
  JORNADA_API_TOKEN: key,
  JORNADA_LOG_LEVEL: z
    .enum(logLevels, { error: ({ input }) => `expected one of ${logLevels.join(', ')}, got ${show(input)}` })
    .default('info'),
  JORNADA_POSTGRES: z
    .enum(['any', 'packaged'], { error: ({ input }) => `expected any or packaged, got ${show(input)}` })
    .default('any'),
});

function hasScheme(text: string, schemes: readonly string[]): boolean {
  return URL.canParse(text) && schemes.includes(new URL(text).protocol);
}

/** Only for variables that hold no secret. */
function show(input: unknown): string {
  return JSON.stringify(String(input));
}

function withoutEmpty(variables: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) =>
      value === undefined || value.trim() === '' ? [] : [[name, value.trim()]],
    ),
  );
}
