import type { Command } from 'commander';
import { neededProject } from '../current-project';
import { CliError, exitCodes } from '../exit-codes';
import type { CommandRunner } from '../program';

/** What a project of one's own needs. */
export function projectCommands(program: Command, run: CommandRunner): void {
  program
    .command('init')
    .description('put a small project into a folder: a catalog, a journey, its test and what belongs to them')
    .argument('[folder]', 'made when it is absent (default: here)')
    .action(
      run(async (context, _options, [given]) => {
        const folder = (given as string | undefined) ?? '.';
        const { initProject } = await import('../../../project/init-project.js');
        const created = initProject(folder);
        if (context.json) return context.sayJson({ created });
        context.say(...created.map((file) => `  ${file}`), '');
        const there = folder === '.' ? '' : `cd ${folder} && `;
        context.say(`Next: ${there}npm install, then npm test and npm run dev.`);
      }),
    );

  program
    .command('build')
    .description('check and build the project in this folder for production, where it has changed')
    .action(
      run(async (context) => {
        const { loadProject } = await import('../../../project/load-project.js');
        const { namesOf } = await import('../compose/reload.js');
        const loaded = await loadProject(neededProject());
        if (context.json) return context.sayJson({ build: loaded.build, warnings: loaded.warnings });
        for (const warning of loaded.warnings) context.say(`warning: ${warning}`);
        context.say(`Built: ${namesOf(loaded)}.`);
      }),
    );

  program
    .command('test')
    .description('check the types of the project in this folder and run its tests')
    .argument('[jest...]', 'for jest: files, and after `--` its options')
    .action(
      run(async (_context, _options, [given]) => {
        const { testProject } = await import('../../../project/test-project.js');
        const code = await testProject(neededProject().root, given as string[]);
        if (code !== 0) throw new CliError(exitCodes.failed, 'tests_failed', 'Some tests failed.');
      }),
    );
}
