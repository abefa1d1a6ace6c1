import type { Place } from '../flow';
import { checkEvents, checkWorkspace } from './catalog';
import { checkCaps, checkLoops, checkNames, checkPolicy, checkWaits } from './flows';
import type { Finding } from './finding';
import type { CheckInput, ReadJourney } from './input';
import { checkMessages, checkOptOut } from './messages';
import { checkHoldout, largeHoldouts } from './holdouts';
import { checkMigrations } from './migrations';
import { checkPriorities } from './priorities';
import { checkSender, checkSenders } from './senders';
import { checkTunables } from './tunables';
import { nodesOf } from './walk';

export interface Checked {
  readonly journeys: number;
  /** What is wrong, by file and line. */
  readonly findings: readonly Finding[];
  /** What could not be judged, and why, and what may be meant and seldom is: no failure. */
  readonly notes: readonly { readonly at: Place; readonly sentence: string }[];
}

/** Everything that can be told of a catalog and its journeys before anybody feels it. */
export function check(input: CheckInput): Checked {
  const { catalog } = input;
  const read = withSources(input);
  const findings = [
    ...checkMessages(input),
    ...checkEvents(input),
    ...checkWorkspace(input),
    ...checkSenders(input),
    ...checkTunables(input),
    ...checkPriorities(newestOf(read)),
    ...read.flatMap((one) => [
      ...checkPolicy(one, catalog),
      ...checkNames(one, catalog),
      ...checkWaits(one),
      ...checkLoops(one),
      ...checkOptOut(one, catalog),
      ...checkCaps(one, catalog),
      ...checkMigrations(one, read),
      ...checkHoldout(one),
      ...checkSender(one, catalog),
    ]),
  ];
  return { journeys: input.journeys.length, findings: findings.sort(byPlace), notes: notesOf(input, read) };
}

function withSources({ journeys, sources }: CheckInput): ReadJourney[] {
  const byName = new Map(sources.map((source) => [`${source.id} v${source.version}`, source]));
  return journeys.flatMap(({ id, policy }) => {
    const name = `${id} v${policy.version}`;
    const source = byName.get(name);
    return source ? [{ id, policy, source, name }] : [];
  });
}

function newestOf(read: readonly ReadJourney[]): ReadJourney[] {
  const newest = new Map<string, ReadJourney>();
  for (const one of read) {
    const known = newest.get(one.id);
    if (!known || known.policy.version < one.policy.version) newest.set(one.id, one);
  }
  return [...newest.values()];
}

function notesOf(input: CheckInput, read: readonly ReadJourney[]): Checked['notes'] {
  const { journeys, sources, unread } = input;
  const listed = new Set(journeys.map(({ id, policy }) => `${id} v${policy.version}`));
  const found = new Set(read.map(({ name }) => name));
  return [
    ...largeHoldouts(input, read),
    ...unread.map(({ at, why }) => ({ at, sentence: `This journey could not be read: ${why}.` })),
    ...sources
      .filter(({ id, version }) => !listed.has(`${id} v${version}`))
      .map(({ id, version, at }) => ({
        at,
        sentence: `${id} v${version} is in no list of journeys, so it never runs: add it to workflows/journeys.ts.`,
      })),
    ...[...listed]
      .filter((name) => !found.has(name))
      .map((name) => ({
        at: { file: 'workflows', line: 1 },
        sentence: `The source of ${name} was not found below workflows/, so only the catalog was checked for it.`,
      })),
    ...read.flatMap(({ source, name }) =>
      [...nodesOf(source.flow)].flatMap(({ node }) =>
        node.kind === 'opaque'
          ? [{ at: node.at, sentence: `${name} does something here that is not read: ${node.why}.` }]
          : [],
      ),
    ),
  ];
}

function byPlace(a: Finding, b: Finding): number {
  return a.at.file.localeCompare(b.at.file) || a.at.line - b.at.line || a.code.localeCompare(b.code);
}
