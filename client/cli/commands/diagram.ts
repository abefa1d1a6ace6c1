import type { Command } from 'commander';
import type { JourneySource } from '../../../analysis/flow';
import type { CommandRunner } from '../program';
import { CliError, exitCodes } from '../exit-codes';

export function diagramCommand(program: Command, run: CommandRunner): void {
  program
    .command('diagram')
    .description("draw a journey's flow from its source: branches, waits with their ends, sends, exits")
    .argument('<journey>', 'its id, for the newest version, or `<id>.v<version>`')
    .option('--format <format>', 'svg or mermaid (default: by the ending of --out, else mermaid)')
    .option('--out <file>', 'write it there instead of to standard output')
    .option('--project <folder>', 'where `workflows/` lies (default: here)')
    .action(
      run<{ format?: string; out?: string; project?: string }>(async (context, options, [name]) => {
        const { readFolder } = await import('../../../analysis/reading/read-folder.js');
        const { policyOf } = await import('../../../analysis/diagram/pages.js');
        const format = readFormat(options.format ?? (options.out?.endsWith('.svg') ? 'svg' : 'mermaid'));
        const journey = find(readFolder(options.project ?? '.').journeys, String(name));
        const drawing =
          format === 'svg'
            ? (await import('../../../analysis/diagram/svg.js')).svg(journey, policyOf(journey))
            : (await import('../../../analysis/diagram/mermaid.js')).mermaid(journey, policyOf(journey));
        if (options.out !== undefined) {
          const { writeFile } = await import('node:fs/promises');
          await writeFile(options.out, drawing);
        }
        const { id, version, at } = journey;
        if (context.json) return context.sayJson({ journey: id, version, source: at, format, drawing });
        if (options.out === undefined) context.terminal.out.write(drawing);
        else context.say(`${id} v${version} is drawn in ${options.out}.`);
      }),
    );
}

function readFormat(format: string): 'svg' | 'mermaid' {
  if (format === 'svg' || format === 'mermaid') return format;
  throw new CliError(exitCodes.usage, 'bad_format', `--format should be svg or mermaid, not "${format}".`);
}

function find(journeys: readonly JourneySource[], name: string): JourneySource {
  const [found] = journeys
    .filter(({ id, version }) => id === name || `${id}.v${version}` === name)
    .sort((a, b) => b.version - a.version);
  if (found) return found;
  const known = [...new Set(journeys.map(({ id }) => id))].sort().join(', ');
  throw new CliError(
    exitCodes.notFound,
    'unknown_journey',
    known === ''
      ? 'There is no journey in workflows/. Run this in the folder of your project, or name it with --project.'
      : `There is no journey "${name}" in workflows/; there are ${known}.`,
  );
}
