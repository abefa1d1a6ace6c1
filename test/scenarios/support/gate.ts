import { join } from 'node:path';
import { messages } from '../../../catalog/messages';
import { workspace } from '../../../catalog/workspace';
import { type Project, shippedProject } from '../../../project/project';
import { bundleWorkflows } from '../../../worker/bundle-workflows';
import { gateJourneys } from '../fixtures/gate-journeys';
import { second, type TestWorld, testWorld, type TestWorldOptions } from './world';

/** A world in which journeys of fixtures/gate-journeys.ts run. */
export interface GateWorld extends TestWorld {
  /** `verdict(reason) @ instant > until` of each ask of the gate, of one journey if it is named. */
  asks(userId: string, journey?: string): Promise<string[]>;
  /** The checks of the last ask, each with what it came to. */
  checks(userId: string): Promise<{ check: string; result: string; saw: { [value: string]: unknown } }[]>;
  /** The id of the canonical profile. */
  idOf(userId: string): Promise<string>;
  readonly project: Project;
  /** Runs the same project with these changes from now on. */
  change(changes: Partial<Project>): Promise<void>;
}

export async function gateWorld(
  clock: string,
  journeys: keyof typeof gateJourneys,
  settings: Partial<typeof workspace> = {},
  more: Pick<TestWorldOptions, 'database'> = {},
): Promise<GateWorld> {
  bundled ??= bundleWorkflows(join(__dirname, '..', 'fixtures', 'gate.ts'));
  const project = {
    ...shippedProject(),
    journeys: gateJourneys[journeys],
    workflowBundle: { code: await bundled },
    workspace: { ...workspace, ...settings },
    messages: {
      ...messages,
      'onboarding-2': { ...messages['onboarding-2'], topic: 'offers' },
      'onboarding-3': { ...messages['onboarding-3'], topic: 'care-news' },
      'onboarding-5': { ...messages['onboarding-5'], text: inTwoSegments },
    },
  };
  const world = await testWorld({ ...more, clock, project });
  const decisions = (userId: string) => world.history(`user_id:${userId}`, 'decision');
  return {
    ...world,
    async asks(userId, journey) {
      const runs = new Map(
        (await world.history(`user_id:${userId}`, 'enrollment')).map((run) => [
          run['enrollmentId'],
          run['journey'],
        ]),
      );
      const asked = await decisions(userId);
      return asked
        .filter(({ enrollmentId }) => journey === undefined || runs.get(enrollmentId) === journey)
        .map(({ verdict, reason, at, until }) => {
          const answer = typeof reason === 'string' ? `${String(verdict)}(${reason})` : String(verdict);
          return `${answer} @ ${second(at)}${typeof until === 'string' ? ` > ${second(until)}` : ''}`;
        });
    },
    async checks(userId) {
      const last = (await decisions(userId)).at(-1);
      return (last?.['checks'] ?? []) as Awaited<ReturnType<GateWorld['checks']>>;
    },
    async idOf(userId) {
      const { body } = await world.call<{ id: string }>('GET', `/api/customers/user_id:${userId}`);
      return body.id;
    },
    project,
    change: (changes) => world.stack.reload({ ...project, ...changes }),
  };
}

const long = () => `${'Set reminders once and never miss a visit again. '.repeat(4)}Reply STOP to opt out.`;
const inTwoSegments = { en: long, 'pt-BR': long };

/** The same for all worlds of a test file. */
let bundled: Promise<string> | undefined;
