import { join } from 'node:path';
import type { Environment } from '../../config/environment';
import type { TemporalSettings } from '../../config/temporal-settings';
import { startPostgres } from '../postgres/start';
import { startTemporal } from '../temporal/start';

/** The two servers under a stack, and how to end those that are its own. */
export interface Servers {
  readonly databaseUrl: string;
  /** Whether Postgres is the embedded one, with this stack as its only user. */
  readonly databaseIsOurs: boolean;
  readonly temporal: TemporalSettings;
  readonly temporalUiUrl: string | undefined;
  /** Whether the clock may be moved: only where Temporal is our own, and new enough. */
  readonly canMoveClock: boolean;
  stop(): Promise<void>;
}

/** Takes the servers that the environment names; starts, or adopts, those it does not. */
export async function startServers(
  { databaseUrl, temporal, postgresBinaries }: Environment,
  home: string,
  say: (line: string) => void,
): Promise<Servers> {
  const owned: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    await Promise.all(owned.map((server) => server.stop()));
  };

  const postgres = async () => {
    if (databaseUrl !== undefined) {
      say('Postgres    from DATABASE_URL');
      return databaseUrl;
    }
    const server = await startPostgres({
      dataDir: join(home, 'postgres'),
      binaries: postgresBinaries,
      log: say,
    });
    owned.push(server);
    say(
      `Postgres    ${server.origin}${server.adopted ? ', found running' : ''}, ${inSeconds(server.startedInMs)}`,
    );
    return server.url;
  };

  const engine = async () => {
    if (temporal !== undefined) {
      say(`Temporal    from TEMPORAL_ADDRESS, ${temporal.address}`);
      return { settings: temporal, uiUrl: undefined, canMoveClock: false };
    }
    const server = await startTemporal({ home, log: say });
    owned.push(server);
    say(
      `Temporal    ${server.origin}${server.adopted ? ', found running' : ''}, ${inSeconds(server.startedInMs)}`,
    );
    if (!server.timeSkipping)
      say(`Temporal ${server.serverVersion} cannot skip time: the clock will not move.`);
    const { address } = server;
    return {
      settings: { address, namespace: 'default', connectionOptions: { address } },
      uiUrl: server.uiUrl,
      canMoveClock: server.timeSkipping,
    };
  };

  const parts = [postgres(), engine()] as const;
  try {
    const [url, { settings, uiUrl, canMoveClock }] = await Promise.all(parts);
    return {
      databaseUrl: url,
      databaseIsOurs: databaseUrl === undefined,
      temporal: settings,
      temporalUiUrl: uiUrl,
      canMoveClock,
      stop,
    };
  } catch (error) {
    // The other may still be starting something that has to be ended.
    await Promise.allSettled(parts);
    await stop();
    throw error;
  }
}

const inSeconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
