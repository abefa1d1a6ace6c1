import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { codePools, loadCodes } from '../../../store/codes';
import { tx } from '../../../store/database';
import type { Context } from '../context';
import { currentProject } from '../current-project';
import { CliError, exitCodes } from '../exit-codes';
import type { CommandRunner } from '../program';
import { readCodes } from '../read-codes';
import { table } from '../table';

/** Stock of unique codes, which offers hand out one to a customer. */
export function codesCommand(program: Command, run: CommandRunner): void {
  const codes = program
    .command('codes')
    .description('manage the unique codes of offers; they are never shown');

  codes
    .command('load')
    .description(
      'add codes to the pool of an offer; one that was loaded before is left out, whatever offer it was for',
    )
    .argument('<offer>')
    .argument('<file>', 'one code a line')
    .action(
      run(async (context, _options, [given, file]) => {
        const offer = String(given);
        await mustHaveCodes(offer);
        const read = readCodes(await textOf(String(file)));
        const loaded = await context.database((db) => tx(db, (client) => loadCodes(client, offer, read)));
        const known = read.length - loaded;
        if (context.json) return context.sayJson({ offer, loaded, known });
        context.say(
          `${loaded} ${loaded === 1 ? 'code' : 'codes'} loaded for ${offer}; ${known} known before.`,
        );
      }),
    );

  codes
    .command('list')
    .description('show the stock of each offer, in numbers')
    .action(run((context) => list(context)));
}

async function list(context: Context): Promise<void> {
  const items = await context.database(codePools);
  if (context.json) return context.sayJson({ items });
  if (items.length === 0) return context.say('No codes have been loaded.');
  const rows = items.map(({ offer, left, held, out, loaded, exhaustedAt }) => [
    offer,
    left,
    held,
    out,
    loaded,
    exhaustedAt?.toISOString() ?? '',
  ]);
  const headings = ['offer', 'left', 'held by runs', 'sent', 'loaded', 'refusing since'];
  context.say(...table(headings, rows, (line) => context.paint('bold', line)));
}

async function mustHaveCodes(offer: string): Promise<void> {
  const { offers } = await currentProject();
  if (offers[offer]?.codes) return;
  throw new CliError(
    exitCodes.notFound,
    'offer_without_codes',
    `No offer ${offer} with \`codes: true\` is in the catalog: declare it in catalog/offers.ts, or correct the name.`,
  );
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new CliError(exitCodes.notFound, 'file_not_read', `${file} cannot be read.`, { cause });
  }
}
