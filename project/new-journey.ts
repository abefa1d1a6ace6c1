import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import type { Purpose } from '../catalog/policy';
import { addToList, addToObject } from './edit-source';
import { ProjectError } from './errors';
import { docsOf, type Draft, eventEntry, flowOf, messageEntry, testOf } from './journey-texts';
import type { Project } from './project';

export interface NewJourney {
  /** Lower-case words joined by hyphens. */
  readonly name: string;
  /** The event that starts it; one that the plan lacks is added. */
  readonly on: string;
  readonly purpose: Purpose;
}

/**
 * Adds a journey to a project: its flow, its message and, where it is new, its event, a test that passes and a page.
 * Answers the files written, from the root. Throws {@link ProjectError} where the name cannot be taken.
 */
export function newJourney(root: string, { name, on, purpose }: NewJourney, project: Project): string[] {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new ProjectError('JOURNEY_INVALID', `'${name}' must be lower-case words joined by hyphens.`);
  }
  if (project.journeys.some(({ id }) => id === name) || name in project.messages) {
    throw new ProjectError('JOURNEY_EXISTS', `There is a journey or a message '${name}' already.`);
  }
  const known = project.events[on];
  const draft: Draft = {
    name,
    variable: name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
    on,
    purpose,
    locales: project.workspace.locales,
    sample: known ? sampleOf(known.versions[known.defaultVersion]) : {},
  };
  const made = {
    [`workflows/${name}/v1.ts`]: flowOf(draft),
    [`test/journeys/${name}.test.ts`]: testOf(draft),
    [`docs/journeys/${name}.md`]: docsOf(draft),
  };
  const inTheWay = Object.keys(made).find((file) => existsSync(join(root, file)));
  if (inTheWay !== undefined) {
    throw new ProjectError(
      'JOURNEY_EXISTS',
      `${inTheWay} is there already: choose another name, or remove it.`,
    );
  }
  for (const [file, text] of Object.entries(made)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  addToObject(join(root, 'catalog', 'messages.ts'), 'messages', name, messageEntry(draft));
  if (!known) addToObject(join(root, 'catalog', 'events.ts'), 'events', on, eventEntry);
  addToList(join(root, 'workflows', 'journeys.ts'), 'journeys', draft.variable, `./${name}/v1`);
  return [
    ...Object.keys(made),
    'catalog/messages.ts',
    ...(known ? [] : ['catalog/events.ts']),
    'workflows/journeys.ts',
  ];
}

/** Properties that the plan takes; what it is particular about, its author fills in. */
function sampleOf(schema: z.ZodObject | undefined): Draft['sample'] {
  if (!schema) return {};
  const required = Object.entries(schema.shape).filter(([, property]) => !accepts(property, undefined));
  return Object.fromEntries(
    required.map(([name, property]) => [
      name,
      candidates(name).find((value) => accepts(property, value)) ?? '',
    ]),
  );
}

const accepts = (property: unknown, value: unknown) => (property as z.ZodType).safeParse(value).success;

const candidates = (name: string) => [
  `${name}-1`,
  '+12125550142',
  'ana@example.com',
  '2027-03-02T15:00:00.000Z',
  '2027-03-02',
  'https://example.com',
  1,
  true,
  [],
  {},
];
