import { appendFileSync, chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres } from '../../sandbox/postgres/start';
import { startTemporal } from '../../sandbox/temporal/start';
import { migrate } from '../../store/migrate';
import type { Plan } from '../record/plans';
import { fakeProvider, type FakeProvider } from './provider';

/** The servers that both sides of every comparison share, in a folder that goes with them. */
export interface Lab {
  readonly temporalAddress: string;
  readonly postgresPid: number;
  readonly versions: { readonly postgres: string; readonly temporal: string };
  readonly provider: FakeProvider;
  readonly say: (line: string) => void;
  /** Measures are repeated in so many rounds, both sides in each. */
  readonly rounds: number;
  /** Shorter rounds and a smaller record: to see that it works, not to quote. */
  readonly quick: boolean;
  /** Takes down how Postgres carries statements out, where that was asked for. */
  keepPlans(of: string, plans: readonly Plan[]): void;
  /** A database of its own with our schema, or a copy of another that nobody is connected to; answers its URL. */
  database(name: string, copyOf?: string): Promise<string>;
  close(): Promise<void>;
}

export interface LabOptions {
  readonly rounds: number;
  readonly quick: boolean;
  /** File that plans are appended to. Default: they are not kept. */
  readonly plans?: string;
  readonly say: (line: string) => void;
}

export async function openLab({ rounds, quick, plans: file, say }: LabOptions): Promise<Lab> {
  const folder = mkdtempSync(join(tmpdir(), 'jornada-bench-'));
  // When root runs it, Postgres runs as nobody, who must get through to its data.
  chmodSync(folder, 0o711);
  const closing: (() => Promise<void>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
  const close = async () => {
    for (let step = closing.pop(); step; step = closing.pop()) await step();
  };
  try {
    const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), log: say });
    closing.push(() => postgres.stop());
    const temporal = await startTemporal({ home: folder, log: say, headless: true });
    closing.push(() => temporal.stop());
    const provider = await fakeProvider();
    closing.push(() => provider.close());
    return {
      temporalAddress: temporal.address,
      postgresPid: postgres.pid,
      versions: {
        postgres: postgres.origin.split(' ').slice(0, 2).join(' '),
        temporal: `${temporal.serverVersion} (SQLite)`,
      },
      provider,
      say,
      rounds,
      quick,
      keepPlans: (of, plans) => {
        if (file === undefined) return;
        appendFileSync(file, [`# ${of}`, ...plans.map(({ text }) => text), ''].join('\n\n'));
      },
      database: async (name, copyOf = 'template1') => {
        const client = new Client({ connectionString: postgres.url });
        await client.connect();
        try {
          await client.query(`create database ${name} template ${copyOf} strategy file_copy`);
        } finally {
          await client.end();
        }
        const url = new URL(postgres.url);
        url.pathname = `/${name}`;
        await migrate(url.toString());
        return url.toString();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
