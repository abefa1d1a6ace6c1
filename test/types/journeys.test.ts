import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A line that must not compile, and what the compiler says of it. */
interface Mistake {
  readonly file: string;
  readonly line: number;
  readonly says: string;
}

describe('the compiler', () => {
  const output = compile();
  const errors = output.filter((line) => /error TS\d+:/.test(line));

  it.each(mistakes())('finds the mistake in $file, line $line', ({ file, line, says }) => {
    const [error, ...others] = errors.filter((text) => text.includes(`mistakes/${file}(${line},`));
    expect(others).toEqual([]);
    expect(withDetails(error)).toContain(says);
  });

  it('finds nothing else, and nothing in the corrected journeys', () => {
    expect(errors).toHaveLength(mistakes().length);
  });

  /** An error with the indented lines that explain it. */
  function withDetails(error = ''): string {
    const start = output.indexOf(error);
    const rest = output.slice(start + 1);
    return [
      error,
      ...rest.slice(
        0,
        rest.findIndex((line) => !line.startsWith(' ')),
      ),
    ].join('\n');
  }
});

function compile(): string[] {
  const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.json', '--pretty', 'false'], {
    cwd: __dirname,
    encoding: 'utf8',
  });
  return stdout.split('\n');
}

/** The line after each `// mistake: …`. */
function mistakes(): Mistake[] {
  const folder = join(__dirname, 'mistakes');
  return readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .flatMap((text, index) => {
        const says = /\/\/ mistake: (.+)/.exec(text)?.[1];
        return says === undefined ? [] : [{ file, line: index + 2, says }];
      }),
  );
}
