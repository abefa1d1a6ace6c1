import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Terminal } from '../../client/cli/terminal';
import { readEnvironment } from '../../config/environment';
import { createLogger } from '../../config/logger';
import { startStack } from '../stack';
import type { Project } from '../../project/project';
import { buyersEnd, playSample } from './buyers';
import { cast as patients, type CastMember } from './cast';
import { playPatients } from './patients';
import { type Screen, screenOn, seconds } from './print';
import { curtain } from './script';
import { openWorld, type World } from './world';

const opening = '2027-01-02T15:00:00Z';
const day = 86_400_000;

export interface DemoOptions {
  /** Where it is told. */
  readonly terminal: Terminal;
  /** How many customers of the CDNOW sample are played. Default 200; 0 leaves them out. */
  readonly buyers?: number | undefined;
  /** Aborted, it takes its stack down and ends. */
  readonly signal?: AbortSignal;
  /** Of whom it tells, with what is expected of them. Default: the five patients. */
  readonly cast?: readonly CastMember[];
  /** What runs on the stack. Default: what ships, as it was built. */
  readonly project?: Project;
}

export interface DemoResult {
  /** What happened otherwise than it should have; empty when all is well. */
  readonly differences: readonly string[];
  readonly virtualDays: number;
  /** Without the start of the servers. */
  readonly realSeconds: number;
}

/** Plays the journeys that ship on a stack of its own. Rejects with the signal's reason when that is aborted. */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { terminal, project, signal } = options;
  const screen = screenOn(terminal);
  const home = await mkdtemp(join(tmpdir(), 'jornada-demo-'));
  try {
    // When root plays it, Postgres runs as nobody, who must get through to its data.
    await chmod(home, 0o711);
    const stack = await startStack({
      environment: readEnvironment({}),
      home,
      port: 0,
      clock: opening,
      say: screen.say,
      log: createLogger({ level: 'error', destination: terminal.err }),
      ...(project && { project }),
    });
    // Servers say themselves how long they took; one that has to be built first takes longer than all that follows.
    const began = performance.now();
    try {
      const world = await openWorld(stack);
      try {
        const differences = await unlessAborted(play(world, screen, options), signal);
        const end = options.buyers === 0 ? Date.parse(curtain) : buyersEnd.getTime();
        const virtualDays = Math.round((end - Date.parse(opening)) / day);
        const realMs = performance.now() - began;
        tellEnd(screen, differences, `${virtualDays} days of journeys in ${seconds(realMs)}.`);
        return { differences, virtualDays, realSeconds: Math.round(realMs / 1000) };
      } finally {
        await world.close();
      }
    } finally {
      await stack.stop();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function play(world: World, screen: Screen, { cast = patients, buyers = 200 }: DemoOptions) {
  screen.say('', screen.paint('bold', 'Five patients, from January to April'));
  const ofPatients = await playPatients(world, cast, screen);
  const ofBuyers = buyers > 0 ? await playSample(world, buyers, screen) : [];
  return [...ofPatients, ...ofBuyers];
}

/** What is played when the signal comes fails with its stack, unheard. */
function unlessAborted<T>(played: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return played;
  played.catch(() => {});
  return Promise.race([
    played,
    new Promise<never>((_, reject) => {
      const abort = () => reject(signal.reason as Error);
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    }),
  ]);
}

function tellEnd({ say, paint }: Screen, differences: readonly string[], time: string): void {
  say('', time);
  for (const difference of differences) say(paint('red', `✗ ${difference}`));
  if (differences.length === 0) say(paint('green', '✓ Everything happened as it should.'));
}
