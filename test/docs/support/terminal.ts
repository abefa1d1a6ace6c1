import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../support/eventually';
import { allBlocks, type Block, root } from './documents';

/** The block of a document that is marked `run: <name>`. */
export function blockToRun(name: string): Block {
  const block = allBlocks.find(({ mark }) => mark?.word === 'run' && mark.rest === name);
  if (!block) throw new Error(`No block is marked "run: ${name}"`);
  return block;
}

/** What a newcomer has: a terminal for the stack and one for the rest, in a checkout whose home is elsewhere. */
export class Terminal {
  private running: { readonly child: ChildProcess; readonly ended: Promise<number | null> } | undefined;
  private output = '';

  constructor(private readonly home: string) {}

  /** Runs the block's command, which starts the stack, and waits until it is up. */
  async start(name: string): Promise<void> {
    this.output = '';
    const child = spawn('bash', ['-c', `exec ${blockToRun(name).text}`], {
      cwd: root,
      env: { ...this.environment(), PORT: '0' },
    });
    child.stdout.on('data', (text: Buffer) => (this.output += text));
    child.stderr.on('data', (text: Buffer) => (this.output += text));
    const ended = once(child, 'close').then(([code]) => code as number | null);
    this.running = { child, ended };
    let isOver = false;
    void ended.then(() => (isOver = true));
    await eventually(
      () => {
        if (isOver) throw new Error(`It ended: ${this.output}`);
        return existsSync(join(this.home, 'stack.json')) && this.output.includes('Clock ');
      },
      { timeout: 120_000 },
    );
  }

  /** What the stack has said since it was started. */
  get said(): string {
    return this.output;
  }

  /** Stops the stack as a supervisor would, and answers its exit code. */
  async stop(): Promise<number | null> {
    const { running } = this;
    if (!running) return null;
    this.running = undefined;
    running.child.kill('SIGTERM');
    return running.ended;
  }

  /** Runs the block, in which every command must succeed, and answers what it wrote. */
  async run(name: string): Promise<string> {
    const { language, text } = blockToRun(name);
    const child = language === 'ts' ? this.program(text) : this.commands(text);
    let output = '';
    child.stdout.on('data', (part: Buffer) => (output += part));
    child.stderr.on('data', (part: Buffer) => (output += part));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`"run: ${name}" exited ${code}: ${output}`);
    return output;
  }

  /** Sends an event of the documents' first customer, beside what they say. */
  async track(event: object): Promise<void> {
    const call = this.here('http://localhost:3000/v1/track');
    const { JORNADA_WRITE_KEY: key } = this.writeKey();
    const body = JSON.stringify({ userId: 'u1', ...event, writeKey: key });
    const { ok, status } = await fetch(call, { method: 'POST', body });
    if (!ok) throw new Error(`/v1/track answered ${status}`);
  }

  private commands(text: string) {
    return spawn('bash', ['-euo', 'pipefail', '-c', this.here(text)], {
      cwd: root,
      // A newcomer exports the key once, and has it from then on.
      env: { ...this.environment(), ...(!text.includes('export JORNADA_WRITE_KEY') && this.writeKey()) },
    });
  }

  private program(text: string) {
    const file = join(this.home, 'program.ts');
    writeFileSync(file, this.here(text));
    return spawn(process.execPath, [join(root, 'test', 'support', 'run-typescript.js'), file], {
      env: { ...this.environment(), ...this.writeKey(), NODE_PATH: join(root, 'node_modules') },
    });
  }

  /** Where this stack is, instead of where the documents have it. */
  private here(text: string): string {
    const { url } = JSON.parse(readFileSync(join(this.home, 'stack.json'), 'utf8')) as { url: string };
    return text.replaceAll('localhost:3000', new URL(url).host).replaceAll('./.jornada', this.home);
  }

  private writeKey(): { JORNADA_WRITE_KEY: string } {
    const keys = JSON.parse(readFileSync(join(this.home, 'keys.json'), 'utf8')) as { writeKey: string };
    return { JORNADA_WRITE_KEY: keys.writeKey };
  }

  private environment(): NodeJS.ProcessEnv {
    return { ...process.env, JORNADA_HOME: this.home, NO_COLOR: '1', FORCE_COLOR: '0' };
  }
}
