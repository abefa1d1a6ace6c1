import { ts } from 'ts-morph';
import type { Duration } from '../../catalog/duration';
import type { Read, Step, WaitedEvent } from '../flow';
import { readWords } from '../words';
import { type Bindings, initializerOf, isDuration, isText, nameOf, read } from './evaluate';
import { constantOf, plain, textOf } from './module';
import { targetWords } from './target-words';

/** What a call on `j` does. */
export function readStep(
  method: string,
  call: ts.CallExpression,
  bindings: Bindings,
  answers: ReadonlyMap<ts.Node, Step>,
): Step {
  const [first, second, third] = call.arguments;
  const texts = (node: ts.Expression | undefined) => readOr(node, bindings, isText);
  const durations = (node: ts.Expression | undefined) => readOr(node, bindings, isDuration);
  switch (method) {
    case 'send': {
      const options = membersOf(third);
      const name = optional(options.get('step'), bindings, isText);
      const deadline = deadlineOf(second, options.get('deadline'), answers);
      return { kind: 'send', message: texts(first), ...(name && { name }), ...(deadline && { deadline }) };
    }
    case 'grantOffer': {
      const expiresIn = optional(membersOf(second).get('expiresIn'), bindings, isDuration);
      return { kind: 'grantOffer', offer: texts(first), ...(expiresIn && { expiresIn }) };
    }
    case 'wait':
      return { kind: 'wait', duration: durations(first), ...nameIn(second, bindings) };
    case 'until':
      return {
        kind: 'until',
        target: first ? targetWords(first, bindings) : '?',
        ...nameIn(second, bindings),
      };
    case 'waitFor':
      return waitFor([{ event: texts(first), where: whereOf(second, bindings) }], second, bindings);
    case 'waitForAny':
      return waitFor(choicesOf(first, bindings), second, bindings);
    case 'profile':
      return { kind: 'profile' };
    case 'outcome':
      return { kind: 'outcome', name: texts(first) };
    case 'experiment':
      return { kind: 'experiment', name: texts(first), arms: second ? textOf(second) : '' };
    default:
      return { kind: 'call', name: method, text: textOf(call) };
  }
}

function waitFor(
  events: readonly WaitedEvent[],
  options: ts.Expression | undefined,
  bindings: Bindings,
): Step {
  const members = membersOf(options);
  const lookback = optional(members.get('lookback'), bindings, isDuration);
  // Options that are not all in sight may hold the timeout.
  const timeout: Read<Duration> | undefined =
    optional(members.get('timeout'), bindings, isDuration) ??
    (members.complete ? undefined : { known: false, text: options ? textOf(options) : '' });
  return {
    kind: 'waitFor',
    events,
    ...(timeout && { timeout }),
    ...(lookback && { lookback }),
    ...nameIn(options, bindings),
  };
}

function nameIn(options: ts.Expression | undefined, bindings: Bindings): { name?: Read<string> } {
  const name = optional(membersOf(options).get('name'), bindings, isText);
  return name ? { name } : {};
}

function deadlineOf(
  data: ts.Expression | undefined,
  given: ts.Expression | undefined,
  answers: ReadonlyMap<ts.Node, Step>,
): { text: string; offer?: Step } | undefined {
  if (given) return { text: textOf(given) };
  const offer = membersOf(data).get('offer');
  if (!offer) return undefined;
  const step = stepBehind(offer, answers);
  return { text: `the end of ${textOf(offer)}`, ...(step && { offer: step }) };
}

/** The step whose answer a name holds. */
export function stepBehind(node: ts.Expression, answers: ReadonlyMap<ts.Node, Step>): Step | undefined {
  const name = plain(node);
  const constant = ts.isIdentifier(name) ? constantOf(name.text, name) : undefined;
  return constant && answers.get(plain(constant));
}

function whereOf(options: ts.Expression | undefined, bindings: Bindings): { [property: string]: string } {
  const where = membersOf(options).get('where');
  const isScalar = (value: unknown): value is string | number => isText(value) || typeof value === 'number';
  return Object.fromEntries(
    [...membersOf(where)].map(([name, value]) => [name, readWords(read(value, bindings, isScalar), String)]),
  );
}

function choicesOf(choices: ts.Expression | undefined, bindings: Bindings): WaitedEvent[] {
  return [...membersOf(choices)].map(([, choice]) => {
    const members = membersOf(choice);
    const event = members.get('event') ?? choice;
    return { event: readOr(event, bindings, isText), where: whereOf(choice, bindings) };
  });
}

class Members extends Map<string, ts.Expression> {
  /** Nothing is spread into it, and it is in sight. */
  complete = true;
}

/** The members of an object that is written where it is used, or as a constant of the module. */
export function membersOf(expression: ts.Expression | undefined): Members {
  const members = new Members();
  let node = expression && plain(expression);
  if (node && ts.isIdentifier(node)) {
    const constant = constantOf(node.text, node);
    node = constant ? plain(constant) : node;
  }
  if (!node) return members;
  if (!ts.isObjectLiteralExpression(node)) {
    members.complete = false;
    return members;
  }
  for (const property of node.properties) {
    const name = property.name && nameOf(property.name);
    const value = initializerOf(property);
    if (name !== undefined && value) members.set(name, value);
    else if (ts.isSpreadAssignment(property)) {
      const spread = membersOf(property.expression);
      for (const [inner, expression] of spread) members.set(inner, expression);
      members.complete &&= spread.complete;
    } else members.complete = false;
  }
  return members;
}

function readOr<T>(
  node: ts.Expression | undefined,
  bindings: Bindings,
  fits: (value: unknown) => value is T,
): Read<T> {
  return node ? read(node, bindings, fits) : { known: false, text: '?' };
}

function optional<T>(
  node: ts.Expression | undefined,
  bindings: Bindings,
  fits: (value: unknown) => value is T,
): Read<T> | undefined {
  return node && read(node, bindings, fits);
}
