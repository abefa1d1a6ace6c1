import { EventEmitter } from 'node:events';
import { listenForSignals } from '../../client/cli/signals';
import { endUnheard } from '../../client/cli/unheard';

describe('a command that runs until it is stopped', () => {
  let now = 0;
  let exit: jest.SpyInstance;
  beforeEach(() => {
    now = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    exit = jest.spyOn(process, 'exit').mockReturnValue(undefined as never);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    for (const name of ['SIGINT', 'SIGTERM']) process.removeAllListeners(name);
  });

  it('stops in order at the first signal, and says how to leave at once', async () => {
    const said: string[] = [];
    const { asked } = listenForSignals((line) => said.push(line));
    process.emit('SIGTERM', 'SIGTERM');
    expect(await asked).toBe('SIGTERM');
    expect(said).toEqual(['Stopping (SIGTERM); once more to leave at once.']);
    expect(exit).not.toHaveBeenCalled();
  });

  it('takes the copy of a Ctrl-C that npm hands on for the same one', () => {
    listenForSignals(() => {});
    process.emit('SIGINT', 'SIGINT');
    now += 40;
    process.emit('SIGINT', 'SIGINT');
    expect(exit).not.toHaveBeenCalled();
  });

  it('never stands without a listener, so that no signal kills it unheard', () => {
    listenForSignals(() => {});
    const removed: (string | symbol)[] = [];
    const note = (name: string | symbol) => removed.push(name);
    process.on('removeListener', note);
    process.emit('SIGINT', 'SIGINT');
    process.off('removeListener', note);
    expect(removed).toEqual([]);
    expect(process.listenerCount('SIGINT')).toBe(1);
  });

  it('goes on when nobody reads what it says, where other commands end', () => {
    const broken = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    const stream = new EventEmitter();
    endUnheard(stream);
    stream.emit('error', broken);
    expect(exit).toHaveBeenCalledTimes(1);
    listenForSignals(() => {});
    stream.emit('error', broken);
    stream.emit('error', broken);
    expect(exit).toHaveBeenCalledTimes(1);
    expect(() => stream.emit('error', new Error('disk full'))).toThrow('disk full');
  });

  it('leaves at once when it is asked again, even after such a copy', () => {
    listenForSignals(() => {});
    for (const later of [0, 40, 2_000]) {
      now += later;
      process.emit('SIGINT', 'SIGINT');
    }
    expect(exit).toHaveBeenCalledWith(130);
  });
});
