import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort, isFree } from '../../sandbox/ports';
import { commandLine, isAlive, run, stopProcess, userEnvironment, waitForExit } from '../../sandbox/process';
import { eventually } from '../support/eventually';

describe('a process', () => {
  test('that has ended and waits for its parent to notice is not alive', async () => {
    // The shell becomes a program that never reaps the child it was left.
    const parent = spawn('/bin/sh', ['-c', 'sleep 0.05 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [output] = (await once(parent.stdout, 'data')) as [Buffer];

    expect(await waitForExit(Number(output), 5_000)).toBe(true);
    parent.kill('SIGKILL');
  });

  test('that ignores the polite signals is killed', async () => {
    const stubborn = spawn(process.execPath, [
      '-e',
      `process.on('SIGTERM', () => {}); console.log('ready'); setInterval(() => {}, 1000)`,
    ]);
    await once(stubborn.stdout, 'data');
    const exit = once(stubborn, 'exit');

    await stopProcess(Number(stubborn.pid), [['SIGTERM', 100]]);

    expect(await exit).toEqual([null, 'SIGKILL']);
    expect(isAlive(Number(stubborn.pid))).toBe(false);
  });

  test('is known by what it was started as', async () => {
    const child = spawn('sleep', ['61']);

    await eventually(async () => (await commandLine(Number(child.pid))) === 'sleep 61');
    expect(await commandLine(2 ** 22)).toBeUndefined();
    child.kill();
  });
});

describe('a command', () => {
  test('answers its code and what it wrote', async () => {
    const command = { file: '/bin/sh', args: ['-c', 'echo out; echo err >&2; exit 3'] };

    expect(await run(command)).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  test('that is not there is a result like any other', async () => {
    expect(await run({ file: '/no/such/program', args: [] })).toMatchObject({
      code: null,
      stderr: expect.stringContaining('ENOENT'),
    });
  });

  test('that takes too long is ended', async () => {
    const { code } = await run({ file: 'sleep', args: ['60'], env: userEnvironment() }, { timeout: 50 });

    expect(code).toBeNull();
  });
});

describe('a port', () => {
  test('that is taken gives way to the next one that is free', async () => {
    const port = await freePort();
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');

    expect(await isFree(port)).toBe(false);
    expect(await freePort(port)).toBeGreaterThan(port);
    server.close();
    await once(server, 'close');
    expect(await freePort(port)).toBe(port);
  });
});
