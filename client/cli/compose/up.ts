import { relative } from 'node:path';
import { type Environment, readEnvironment } from '../../../config/environment';
import { createLogger } from '../../../config/logger';
import { loadProject } from '../../../project/load-project';
import type { Project } from '../../../project/project';
import { type Stack, startStack } from '../../../sandbox/stack';
import { watch } from '../../../sandbox/stack/watch';
import { clockNow } from '../../../store/clock';
import { openDatabase } from '../../../store/database';
import type { Context } from '../context';
import { currentProject, projectHere } from '../current-project';
import { listenForSignals } from '../signals';
import { quietNow, timeOfDay } from './quiet-now';
import { namesOf, reloadOnChange } from './reload';

export interface UpOptions {
  readonly port?: number;
  readonly clock?: string;
  /** Whether the project's files are watched, and their changes put to work. */
  readonly reload: boolean;
}

/** Runs the embedded stack until it is told to stop, and says one line for each thing that happens on it. */
export async function up(context: Context, { reload, ...options }: UpOptions): Promise<void> {
  const { env, err } = context.terminal;
  const environment = readEnvironment(
    context.home === undefined ? env : { ...env, JORNADA_HOME: context.home },
  );
  // What is said is for people, or one JSON document; the log goes elsewhere, and keeps quiet unless it is asked for.
  const say = (line: string) => void (context.json ? err.write(`${line}\n`) : context.say(line));
  const level = env.JORNADA_LOG_LEVEL ? environment.logLevel : 'warn';
  const log = createLogger({ level, destination: err, pretty: err.isTTY === true });
  const signals = listenForSignals(say);

  const readAt = Date.now();
  const here = reload ? projectHere() : undefined;
  const loaded = here && (await loadProject(here));
  for (const warning of loaded?.warnings ?? []) say(`warning: ${warning}`);
  const project = loaded?.project ?? (await currentProject());
  const stack = await startStack({ environment, ...options, project, say, log });
  const db = openDatabase(stack.databaseUrl, { max: 1, applicationName: 'jornada-watch' });
  if (context.json) context.sayJson(await ready(stack, clockNow(db)));
  else context.say(...banner(context, { stack, project, environment, now: await clockNow(db) }));
  const watching = context.json ? undefined : await watch(db, say, context.paint);

  const reloading = here && loaded && reloadOnChange({ folder: here, loaded, readAt, stack, say });
  if (loaded) say(`Journeys: ${namesOf(loaded)}. They are reloaded when you save.`);

  await signals.asked;
  await signals.stopWithin(async () => {
    await reloading?.stop();
    await watching?.stop();
    await db.end();
    await stack.stop();
  });
}

async function ready(
  { stop: _stop, reload: _reload, openRuns: _openRuns, ...stack }: Stack,
  now: Promise<Date>,
): Promise<object> {
  return { ...stack, now: await now };
}

interface Running {
  readonly stack: Stack;
  readonly project: Pick<Project, 'workspace'>;
  readonly environment: Environment;
  readonly now: Date;
}

function banner({ paint }: Context, { stack, project, environment, now }: Running): string[] {
  const { workspace } = project;
  const { url, writeKey, apiToken, twilioSandbox, temporalUiUrl } = stack;
  // One of the environment may be that of an account in earnest.
  const token =
    environment.sandboxAuthToken === undefined ? twilioSandbox?.authToken : 'of TWILIO_AUTH_TOKEN';
  const row = (label: string, value: string, more = '') =>
    `  ${label.padEnd(14)}${paint('cyan', value)}${more}`;
  return [
    '',
    paint('bold', 'Jornada is running.'),
    row('Events', `${url}/v1/batch`, `  write key ${paint('bold', writeKey)}`),
    row('Operator API', `${url}/api`, `  token ${paint('bold', apiToken)}`),
    ...(twilioSandbox
      ? [
          row('Phones', `${url}/sandbox`),
          row('Twilio', twilioSandbox.apiUrl, `  ${twilioSandbox.accountSid}, token ${token}`),
        ]
      : []),
    ...(temporalUiUrl === undefined ? [] : [row('Temporal', temporalUiUrl)]),
    row('Home', relative('', environment.home) || '.'),
    row('Clock', now.toISOString(), `  ${timeOfDay(now, workspace)}`),
    ...quietNow(now, workspace),
    '',
  ];
}
