import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { packageRoot } from '../../config/package-root';
import { checkCommand } from './commands/check';
import { codesCommand } from './commands/codes';
import { diagramCommand } from './commands/diagram';
import { devCommands } from './commands/dev';
import { journeysCommand } from './commands/journeys';
import { launchCommand } from './commands/launch';
import { newCommand } from './commands/new-journey';
import { outboxCommand } from './commands/outbox';
import { projectCommands } from './commands/project';
import { productionCommands } from './commands/production';
import { publishCommands } from './commands/publish';
import { quarantineCommand } from './commands/quarantine';
import { readmitCommand } from './commands/readmit';
import { rehearseCommands } from './commands/rehearse';
import { reviewsCommand } from './commands/reviews';
import { sourcesCommand } from './commands/sources';
import { switchCommands } from './commands/switches';
import { travelCommand } from './commands/travel';
import { versionsCommand } from './commands/versions';
import { whyCommand } from './commands/why';
import { type Context, contextOf, type GlobalOptions } from './context';
import { type ExitCode, exitCodes } from './exit-codes';
import { failureOf } from './failure';
import type { Terminal } from './terminal';

/** Turns a command's work into what commander calls. */
export type CommandRunner = <Options = object>(
  work: (context: Context, options: Options, args: readonly unknown[]) => Promise<void>,
) => (...given: unknown[]) => Promise<void>;

/** Runs one command line (without the program's own name) and answers what the process is to exit with. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const program = createProgram(terminal, wantsJson(args));
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    // Commander has said itself what is wrong, or printed the help that was asked for.
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCodes.done;
      if (wantsJson(args)) terminal.err.write(`${JSON.stringify({ error: usageError(error) })}\n`);
      return exitCodes.usage;
    }
    const { exitCode, code, message } = failureOf(error);
    const { json, verbose } = program.opts<GlobalOptions>();
    const told = json ? JSON.stringify({ error: { code, message } }) : message;
    terminal.err.write(`${told}\n`);
    if (verbose && error instanceof Error) terminal.err.write(`${withCauses(error)}\n`);
    return exitCode;
  }
}

/** Asked of a command line that may not be understood. */
function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end === -1 ? args.length : end).includes('--json');
}

function usageError({ code, message }: CommanderError): { code: string; message: string } {
  const said = code === 'commander.help' ? 'A command is missing.' : message.replace(/^error: /, '');
  return { code: 'usage', message: `${said} (see \`jornada --help\`)` };
}

function createProgram(terminal: Terminal, json: boolean): Command {
  const program = new Command('jornada')
    .description('Customer journeys as code.')
    .version(version(), '--version', 'tell which version this is')
    .option('--home <folder>', 'home of the embedded stack (default: JORNADA_HOME, else .jornada)')
    .option('--json', 'answer in JSON')
    .option('--verbose', 'tell failures with their stack')
    .configureOutput({
      writeOut: (text) => terminal.out.write(text),
      // What is not understood is then said in JSON, once.
      writeErr: (text) => {
        if (!json) terminal.err.write(text);
      },
    })
    .showHelpAfterError('(see `jornada --help`)')
    .addHelpText('after', codesHelp)
    .exitOverride();
  const run: CommandRunner =
    (work) =>
    async (...given) => {
      const command = given.at(-1) as Command;
      const options = given.at(-2) as never;
      await work(contextOf(command, terminal), options, given.slice(0, -2));
    };
  devCommands(program, run);
  projectCommands(program, run);
  newCommand(program, run);
  whyCommand(program, run);
  travelCommand(program, run);
  journeysCommand(program, run);
  diagramCommand(program, run);
  switchCommands(program, run);
  launchCommand(program, run);
  readmitCommand(program, run);
  codesCommand(program, run);
  checkCommand(program, run);
  rehearseCommands(program, run);
  publishCommands(program, run);
  versionsCommand(program, run);
  quarantineCommand(program, run);
  reviewsCommand(program, run);
  sourcesCommand(program, run);
  outboxCommand(program, run);
  productionCommands(program, run);
  return program;
}

function version(): string {
  const file = readFileSync(join(packageRoot(), 'package.json'), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}

const codesHelp = `
Exit codes: 0 done, 1 failed, 2 not understood, 3 environment not usable, 4 not reachable, 5 not found, 6 refused.`;

function withCauses(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${withCauses(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
