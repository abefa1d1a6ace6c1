import type { PoolClient } from 'pg';
import type { Logger } from '../../config/logger';
import type { Database } from '../../store/database';

export interface ListenerOptions {
  readonly db: Database;
  readonly channels: readonly string[];
  readonly onMessage: (channel: string, payload: string) => void;
  /** Listening (again): what was said in between went unheard. */
  readonly onListening: () => void;
  readonly log: Logger;
}

export interface Listener {
  /** Gives the connection up and takes another, for one that went silent without breaking. */
  reconnect(): void;
  stop(): Promise<void>;
}

/** Listens on a connection of its own, and takes another whenever that one breaks. */
export function listen(options: ListenerOptions): Listener {
  let stopped = false;
  let current: PoolClient | undefined;
  let breakUp = () => {};
  const done = keepListening();

  async function keepListening(): Promise<void> {
    for (let failures = 0; !stopped; ) {
      try {
        await listenOnce(() => {
          failures = 0;
        });
      } catch (error) {
        if (failures === 0)
          options.log.warn({ err: error }, 'listening for new work broke off; trying again');
        failures++;
      }
      if (!stopped) await pause(Math.min(100 * 2 ** failures, 2_000));
    }
  }

  async function listenOnce(onListening: () => void): Promise<void> {
    const client = await options.db.connect();
    if (stopped) return client.release();
    const broken = new Promise<void>((resolve) => {
      breakUp = resolve;
      client.on('error', () => resolve());
      client.on('end', () => resolve());
    });
    client.on('notification', ({ channel, payload }) => options.onMessage(channel, payload ?? ''));
    current = client;
    try {
      for (const channel of options.channels) await client.query(`listen ${channel}`);
      onListening();
      options.onListening();
      await broken;
    } finally {
      current = undefined;
      // Never back to the pool: it would go on listening.
      client.release(true);
    }
  }

  let wake = () => {};
  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  return {
    reconnect: () => breakUp(),
    stop: async () => {
      stopped = true;
      wake();
      if (current) breakUp();
      await done;
    },
  };
}
