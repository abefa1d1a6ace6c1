import type { Command } from 'commander';
import { readInstant } from '../../segment/instants';
import { clockAt, type When } from '../clock-client';
import { CliError, exitCodes } from '../exit-codes';
import type { CommandRunner } from '../program';
import { findStack } from '../target';
import { ProgressLine } from '../terminal';

export function travelCommand(program: Command, run: CommandRunner): void {
  program
    .command('travel')
    .description(
      'move the clock of the running stack forward; returns when everything due by then has happened',
    )
    .argument(
      '<when...>',
      '"3 days", "90 minutes", an ISO 8601 duration such as P1DT2H, or an ISO 8601 instant',
    )
    .action(
      run(async (context, _options, [given]) => {
        const when = readWhen((given as string[]).join(' '));
        const { url } = findStack({ home: context.home, env: context.terminal.env });
        const { now: from } = await clockAt(url);
        const progress = new ProgressLine(context.terminal.err);
        const began = performance.now();
        const seconds = () => ((performance.now() - began) / 1_000).toFixed(1);
        const watch = setInterval(() => {
          // The clock may be too busy to say where it is: then the line stays as it was.
          clockAt(url).then(
            ({ now }) => progress.show(`${now}  ${seconds()} s`),
            () => {},
          );
        }, 500);
        try {
          const { now } = await clockAt(url, when);
          progress.clear();
          if (context.json) return context.sayJson({ from, now });
          context.say(`${from} → ${context.paint('bold', now)} in ${seconds()} s`);
        } finally {
          clearInterval(watch);
          progress.clear();
        }
      }),
    );
}

function readWhen(text: string): When {
  if (/^\d+ *[a-z]+$/i.test(text) || /^P/i.test(text)) return { advance: text };
  const at = readInstant(text);
  if (at !== undefined) return { to: new Date(at).toISOString() };
  throw new CliError(
    exitCodes.usage,
    'bad_time',
    `"${text}" should be a duration such as "3 days" or P3D, or an instant such as 2027-02-02T15:00:00Z.`,
  );
}
