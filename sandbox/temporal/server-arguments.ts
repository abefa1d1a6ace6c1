import { loopback } from '../ports';
import { canSkipTime } from './version';

export interface ServerArguments {
  readonly port: number;
  /** Undefined: no UI. */
  readonly uiPort: number | undefined;
  /** Undefined: everything in memory. */
  readonly databaseFile: string | undefined;
  readonly serverVersion: string;
}

/** What operators filter runs by; never anything about a person. */
export const searchAttributes = ['JourneyId', 'JourneyVersion', 'ProfileId'] as const;

/** Arguments of `temporal` for a server on the loopback interface whose clock can be moved. */
export function serverArguments({ port, uiPort, databaseFile, serverVersion }: ServerArguments): string[] {
  const ui = uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)];
  const news = canSkipTime(serverVersion) ? ['--ui-disable-news-fetch'] : [];
  const address = ['--ip', loopback, '--port', String(port)];
  return [
    'server',
    'start-dev',
    ...address,
    '--log-level',
    'warn',
    ...ui,
    ...news,
    ...(databaseFile === undefined ? [] : fileArguments(databaseFile)),
    ...searchAttributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ...Object.entries(dynamicConfig).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${JSON.stringify(value)}`,
    ]),
  ];
}

function fileArguments(databaseFile: string): string[] {
  const pragmas = ['journal_mode=WAL', 'synchronous=NORMAL'];
  return ['--db-filename', databaseFile, ...pragmas.flatMap((pragma) => ['--sqlite-pragma', pragma])];
}

const unlimited = 100_000;

const dynamicConfig: Readonly<Record<string, string | number | boolean>> = {
  'frontend.WorkflowTimeSkippingEnabled': true,
  // A quarter's worth of daily wake-ups in one move of the clock is more than the 200 allowed by default.
  'frontend.WorkflowTimeSkippingMaxSkipPerSession': 10_000,
  // Without these two each skip takes about a second.
  'history.timerProcessorMaxTimeShift': '10ms',
  'history.timerProcessorMaxPollRPS': 1_000,
  // Limits meant for shared clusters; here they would only turn a burst into errors.
  'frontend.rps': unlimited,
  'frontend.namespaceRPS': unlimited,
  'frontend.namespaceRPS.visibility': unlimited,
  'frontend.namespaceCount': unlimited,
  'frontend.persistenceMaxQPS': unlimited,
  'history.rps': unlimited,
  'history.persistenceMaxQPS': unlimited,
  'matching.rps': unlimited,
  'matching.persistenceMaxQPS': unlimited,
};
