import type { Command } from 'commander';
import { migrate } from '../../../store/migrate';
import { currentProject } from '../current-project';
import type { CommandRunner } from '../program';
import { findDatabase } from '../target';

/** What runs apart in production, any number of each. All is configured by environment alone. */
export function productionCommands(program: Command, run: CommandRunner): void {
  program
    .command('migrate')
    .description('bring the database up to date (DATABASE_URL, or that of the running stack)')
    .action(
      run(async (context) => {
        const url = findDatabase({ home: context.home, env: context.terminal.env });
        const applied = await migrate(url, context.json ? {} : { log: (line) => context.say(line) });
        if (context.json) return context.sayJson({ applied });
        if (applied.length === 0) context.say('The database is up to date.');
      }),
    );

  program
    .command('ingest')
    .description('serve HTTP: events, webhooks, the operator API (production)')
    .action(
      run(async (context) => {
        const { readEnvironment } = await import('../../../config/environment.js');
        const environment = readEnvironment(context.terminal.env, [
          'DATABASE_URL',
          'TWILIO_ACCOUNT_SID',
          'PUBLIC_URL',
          'JORNADA_WRITE_KEY',
          'JORNADA_API_TOKEN',
        ]);
        const { runIngest } = await import('../compose/ingest.js');
        await runIngest(environment, await currentProject());
      }),
    );

  program
    .command('worker')
    .description('run journeys: a Temporal worker, the dispatcher, the settler (production)')
    .action(
      run(async (context) => {
        const { readEnvironment } = await import('../../../config/environment.js');
        const environment = readEnvironment(context.terminal.env, [
          'DATABASE_URL',
          'TEMPORAL_ADDRESS',
          'TWILIO_ACCOUNT_SID',
          'PUBLIC_URL',
        ]);
        const { runWorker } = await import('../compose/worker.js');
        await runWorker(environment, await currentProject());
      }),
    );
}
