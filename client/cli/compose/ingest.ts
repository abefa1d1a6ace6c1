import { Registry } from 'prom-client';
import type { Environment } from '../../../config/environment';
import { createLogger } from '../../../config/logger';
import type { Project } from '../../../project/project';
import { openDatabase } from '../../../store/database';
import { createServer } from '../../server';
import { twilioWebhooks } from '../../webhooks/twilio-webhooks';
import { rehearseOffline } from './rehearse';
import { required } from './required';
import { listenForSignals } from '../signals';

/** Serves HTTP on PORT until it is told to stop. */
export async function runIngest(environment: Environment, project: Project): Promise<void> {
  const { port } = environment;
  const publicUrl = required(environment, 'publicUrl');
  const log = createLogger({ level: environment.logLevel });
  const signals = listenForSignals((line) => log.info(line));
  const db = openDatabase(required(environment, 'databaseUrl'), {
    max: 20,
    applicationName: 'jornada-ingest',
  });
  try {
    const server = createServer({
      db,
      ingest: project,
      rehearse: rehearseOffline(db, project),
      writeKey: required(environment, 'writeKey'),
      apiToken: required(environment, 'apiToken'),
      publicUrl,
      log,
      registry: new Registry(),
      checks: {},
      plugins: [
        twilioWebhooks({
          db,
          log,
          authTokens: [required(environment, 'twilio').authToken],
          publicUrls: [publicUrl],
        }),
      ],
    });
    try {
      await server.listen({ host: '0.0.0.0', port });
      await signals.asked;
    } finally {
      await signals.stopWithin(() => server.close());
    }
  } finally {
    await db.end();
  }
}
