import type { History, HistoryOptions, Step } from './histories';

/**
 * The history as a test to be pasted into a file of them, where it fails as it was found to: by an invariant, or by not
 * being what happens on a `calm` day.
 */
export function asTest(
  { at, customer, codes, invariants }: HistoryOptions,
  history: History,
  calm?: string,
): string {
  const begin = at ?? '2027-02-02T15:00:00.000Z';
  const options = [
    `at: ${quoted(begin)}`,
    ...(codes ? [`codes: ${literal(codes)}`] : []),
    ...(history.mishaps > 0 ? [`mishaps: mishaps(${history.mishaps})`] : []),
  ];
  const lines = [
    `const t = testJourneys({ catalog, journeys, ${options.join(', ')} });`,
    `const customer = await t.customer('customer'${customer ? `, ${literal(customer)}` : ''});`,
  ];
  let now = Date.parse(begin);
  for (const [index, step] of history.steps.entries()) {
    now += step.after;
    if (step.after > 0) lines.push(`await t.arriveAt(${quoted(iso(now))});`);
    const line = lineOf(step, index, now);
    lines.push(line, ...(step.twice && 'event' in step.act ? [line] : []));
  }
  lines.push(`await t.moveTo(${quoted(iso(now + history.rest))});`);
  if (calm === undefined) lines.push(`expect(customer).toKeepInvariants(${invariants ? 'invariants' : ''});`);
  else lines.push('expect(customer).toHaveTimeline(`', ...templated(calm).split('\n'), '`);');
  return [
    "test('a history that was found to fail', async () => {",
    ...lines.map((line) => `  ${line}`),
    '});',
  ].join('\n');
}

function lineOf({ act, late, twice }: Step, index: number, now: number): string {
  if ('texts' in act) return `customer.texts(${quoted(act.texts)});`;
  if ('traits' in act) return `await customer.is(${literal(act.traits)});`;
  const details = {
    ...(twice && { messageId: `act ${index}` }),
    ...(late > 0 && { timestamp: iso(now - late) }),
  };
  const given = [quoted(act.event), literal(act.properties ?? {})];
  if (Object.keys(details).length > 0) given.push(literal(details));
  return `await customer.does(${given.join(', ')});`;
}

const iso = (at: number) => new Date(at).toISOString();
const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const templated = (text: string) => text.replaceAll(/[\\`]|\$\{/g, '\\$&');

/** Plain JSON as one writes it in code. */
function literal(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).map(([name, one]) => {
    return `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)}: ${literal(one)}`;
  });
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}
