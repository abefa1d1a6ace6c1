import { Command } from 'commander';
import { contextOf } from '../../client/cli/context';
import { table } from '../../client/cli/table';
import { painter, ProgressLine, type Stream } from '../../client/cli/terminal';

function stream(isTTY: boolean): Stream & { text: string } {
  return {
    isTTY,
    text: '',
    write(text) {
      this.text += text;
    },
  };
}

describe('colors', () => {
  const colored = (isTTY: boolean, env: NodeJS.ProcessEnv) =>
    painter({ out: stream(isTTY), err: stream(false), env })('red', 'x') !== 'x';

  it.each<[string, boolean, NodeJS.ProcessEnv, boolean]>([
    ['on a terminal', true, {}, true],
    ['in a pipe', false, {}, false],
    ['on a terminal with NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['in a pipe with FORCE_COLOR', false, { FORCE_COLOR: '1' }, true],
    ['on a terminal with FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, false],
  ])('%s', (_, isTTY, env, expected) => expect(colored(isTTY, env)).toBe(expected));
});

describe('what is said', () => {
  it('keeps its colors and lines, and nothing else that would steer a terminal', () => {
    const out = stream(true);
    const { say, paint } = contextOf(new Command(), { out, err: stream(true), env: {} });
    // Sets the window's title, clears the screen, hides text, rings: as a customer may have texted it.
    say(paint('bold', 'Ana'), 'one\n\ttwo', '\u001B]0;title\u0007\u001B[2J\u001B[8mhidden\u009B2J\b');
    expect(out.text).toBe(
      '\u001B[1mAna\u001B[22m\none\n\ttwo\n\uFFFD]0;title\uFFFD\uFFFD[2J\uFFFD[8mhidden\uFFFD2J\uFFFD\n',
    );
  });
});

describe('a progress line', () => {
  it('is redrawn in place on a terminal, and leaves nothing behind', () => {
    const terminal = stream(true);
    const line = new ProgressLine(terminal);
    line.show('one');
    line.show('two');
    line.clear();
    expect(terminal.text).toBe('\r\u001B[Kone\r\u001B[Ktwo\r\u001B[K');
  });

  it('is said now and then elsewhere', () => {
    const pipe = stream(false);
    const line = new ProgressLine(pipe, 0);
    line.show('one');
    line.show('two');
    line.clear();
    expect(pipe.text).toBe('one\ntwo\n');
    const rarely = stream(false);
    new ProgressLine(rarely, 60_000).show('one');
    expect(rarely.text).toBe('');
  });
});

describe('a table', () => {
  it('is as wide as it needs to be, numbers to the right', () => {
    const rows = [
      ['onboarding', 5, ''],
      ['x', 1200, 'goal 3'],
    ];
    expect(table(['journey', 'open', 'outcomes'], rows, (line) => `*${line}`)).toEqual([
      '*journey     open  outcomes',
      'onboarding     5',
      'x           1200  goal 3',
    ]);
  });
});
