import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const keys = z.object({
  writeKey: z.string(),
  apiToken: z.string(),
  twilioAccountSid: z.string(),
  twilioAuthToken: z.string(),
});

/** Secrets of one home, made up at its first start and kept for its owner alone. */
export type Keys = Readonly<z.infer<typeof keys>>;

export function homeKeys(home: string): Keys {
  const file = join(home, 'keys.json');
  if (existsSync(file)) return keys.parse(JSON.parse(readFileSync(file, 'utf8')));
  const made: Keys = {
    writeKey: `wk_${randomBytes(24).toString('base64url')}`,
    apiToken: `at_${randomBytes(32).toString('base64url')}`,
    twilioAccountSid: `AC${randomBytes(16).toString('hex')}`,
    twilioAuthToken: randomBytes(16).toString('hex'),
  };
  writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  return made;
}
