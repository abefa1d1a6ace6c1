import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { BareOptions, BareRound } from '../bare/process';
import { type Child, startChild } from '../lab/child';
import { chunks } from '../lab/chunks';
import { type Customer, customers, identifyCall } from '../lab/customers';
import { poster } from '../lab/http';
import type { JornadaOptions } from '../lab/jornada';
import type { Lab } from '../lab/lab';
import { crowded, now, paced, until } from '../lab/time';
import { segmentHeaders } from '../lab/write-key';

/** One side of a comparison of engines: something that texts a customer when told of an event. */
export interface Contender {
  readonly name: string;
  /** Makes the events happen, so many a second; absent: all at once. Answers when each was handed over, by phone. */
  begin(customers: readonly Customer[], perSecond?: number): Promise<ReadonlyMap<string, number>>;
  /** Runs that have ended, as Temporal tells. */
  completed(): Promise<number>;
}

export interface Contenders {
  readonly jornada: Contender;
  readonly textbook: Contender;
  readonly eager: Contender;
  readonly client: Client;
  /** Customers that no round has used yet; known to Jornada. */
  fresh(count: number): Promise<readonly Customer[]>;
  /** Posts to Jornada. */
  post(events: readonly object[]): Promise<void>;
  close(): Promise<void>;
}

export async function openContenders(lab: Lab): Promise<Contenders> {
  const closing: (() => unknown)[] = [];
  const { temporalAddress, provider } = lab;
  const jornada = await jornadaChild(lab, {
    databaseUrl: await lab.database('bench_engine'),
    taskQueue: 'bench-jornada',
    project: 'bench',
  });
  closing.push(() => jornada.close());
  const bare = startChild(join(__dirname, '..', 'bare', 'process.js'));
  closing.push(() => bare.stop());
  const options: BareOptions = { temporalAddress, providerUrl: provider.url, taskQueue: 'bench-bare' };
  await bare.ask('start', options);
  const connection = await Connection.connect({ address: temporalAddress });
  closing.push(() => connection.close());
  const client = new Client({ connection });

  const completed = (taskQueue: string) => async () => {
    const query = `TaskQueue = '${taskQueue}' and ExecutionStatus = 'Completed'`;
    return (await client.workflow.count(query)).count;
  };
  const bareContender = (shape: BareRound['shape'], name: string): Contender => ({
    name,
    begin: async (some, perSecond) => {
      const phones = some.map(({ phone }) => phone);
      const round: BareRound = { shape, phones, ...(perSecond !== undefined && { perSecond }) };
      return new Map(await bare.ask<[string, number][]>('run', round));
    },
    completed: completed(options.taskQueue),
  });

  let used = 0;
  return {
    jornada: {
      name: 'Jornada',
      begin: async (some, perSecond) => {
        const startedAt = new Map<string, number>();
        const one = async (few: readonly Customer[]) => {
          for (const { phone } of few) startedAt.set(phone, now());
          await jornada.post(few.map(booked));
        };
        // Paced they come one by one; in a burst as Segment's client sends them.
        await (perSecond === undefined
          ? crowded(chunks(some, 100), 10, one)
          : paced(chunks(some, 1), perSecond, one));
        return startedAt;
      },
      completed: completed('bench-jornada'),
    },
    textbook: bareContender('textbook', 'signalWithStart + activity'),
    eager: bareContender('eager', 'eager start + local activity'),
    client,
    fresh: async (count) => {
      const some = customers(used, count);
      used += count;
      await crowded(chunks(some, 100), 4, (few) => jornada.post(few.map(identifyCall)));
      return some;
    },
    post: jornada.post,
    close: async () => {
      for (let close = closing.pop(); close; close = closing.pop()) await close();
    },
  };
}

export interface JornadaChild {
  readonly child: Child;
  post(events: readonly object[]): Promise<void>;
  close(): Promise<void>;
}

export async function jornadaChild(
  lab: Lab,
  options: Pick<JornadaOptions, 'databaseUrl' | 'taskQueue' | 'project'>,
  env: NodeJS.ProcessEnv = {},
): Promise<JornadaChild> {
  const child = startChild(join(__dirname, '..', 'lab', 'jornada.js'), env);
  const all: JornadaOptions = {
    ...options,
    temporalAddress: lab.temporalAddress,
    providerUrl: lab.provider.url,
  };
  const { url } = await child.ask<{ url: string }>('start', all);
  const http = poster(url, segmentHeaders);
  return {
    child,
    post: async (events) => {
      const answer = await http.post('/v1/batch', JSON.stringify({ batch: events }));
      if (answer.includes('rejected')) throw new Error(`Events of the benchmark were rejected: ${answer}`);
    },
    close: async () => {
      http.close();
      await child.stop();
    },
  };
}

/** Waits until each of the customers has been texted. */
export async function untilTexted(lab: Lab, some: readonly Customer[]): Promise<void> {
  const { calledAt } = lab.provider;
  await until('a text for everybody', () => some.every(({ phone }) => calledAt.has(phone)));
}

function booked({ userId }: Customer): object {
  const appointmentId = randomUUID();
  const properties = { appointmentId, startsAt: '2030-01-02T15:00:00.000Z' };
  return { type: 'track', messageId: appointmentId, userId, event: 'Appointment Booked', properties };
}
