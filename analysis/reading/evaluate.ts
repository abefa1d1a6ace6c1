import { ts } from 'ts-morph';
import { days, hours, minutes, seconds } from '../../catalog/duration';
import type { Read } from '../flow';
import { constantOf, declarationOf, plain, textOf } from './module';

/** More values than this are not told apart. */
const MOST = 200;

/** Arguments of a helper by the parameter they are given for. */
export type Bindings = ReadonlyMap<ts.Node, ts.Expression>;

const makers: { readonly [name: string]: ((n: number) => unknown) | undefined } = {
  days,
  hours,
  minutes,
  seconds,
};

/** The values an expression can have, by the source of its module alone; nothing is run and nothing is guessed. */
export function read<T>(
  expression: ts.Expression,
  bindings: Bindings,
  fits: (value: unknown) => value is T,
): Read<T> {
  const text = textOf(expression);
  const values = valuesOf(expression, bindings);
  if (!values || values.length === 0 || !values.every(fits)) return { known: false, text };
  return { known: true, values: values.filter(fits), text };
}

export const isText = (value: unknown): value is string => typeof value === 'string';

export function isDuration(value: unknown): value is ReturnType<typeof days> {
  return typeof value === 'object' && value !== null && ('ms' in value || 'days' in value);
}

/** Undefined where it cannot be said. */
export function valuesOf(expression: ts.Expression, bindings: Bindings): unknown[] | undefined {
  const found = evaluate(expression, bindings);
  return found && found.length <= MOST ? found : undefined;
}

/** The one value, where there is one. */
export function valueOf(expression: ts.Expression, bindings: Bindings): { value: unknown } | undefined {
  const values = valuesOf(expression, bindings);
  return values?.length === 1 ? { value: values[0] } : undefined;
}

function evaluate(expression: ts.Expression, bindings: Bindings): unknown[] | undefined {
  const node = plain(expression);
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isNumericLiteral(node)) return [Number(node.text)];
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [true];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [false];
  if (node.kind === ts.SyntaxKind.NullKeyword) return [null];
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
    return evaluate(node.operand, bindings)?.map((value) => -Number(value));
  }
  if (ts.isIdentifier(node)) return named(node, bindings);
  if (ts.isTemplateExpression(node)) return template(node, bindings);
  if (ts.isArrayLiteralExpression(node)) return array(node, bindings);
  if (ts.isObjectLiteralExpression(node)) return object(node, bindings);
  if (ts.isConditionalExpression(node)) {
    const [yes, no] = [evaluate(node.whenTrue, bindings), evaluate(node.whenFalse, bindings)];
    return yes && no && [...yes, ...no];
  }
  if (ts.isPropertyAccessExpression(node)) return member(evaluate(node.expression, bindings), node.name.text);
  if (ts.isElementAccessExpression(node)) {
    const key = valueOf(node.argumentExpression, bindings)?.value;
    return isText(key) || typeof key === 'number'
      ? member(evaluate(node.expression, bindings), String(key))
      : undefined;
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
    const make = makers[node.expression.text];
    const [first] = node.arguments;
    if (!make || !first || declarationOf(node.expression.text, node)) return undefined;
    const amounts = evaluate(first, bindings);
    return amounts?.every((n) => typeof n === 'number') ? amounts.map((n) => make(n)) : undefined;
  }
  return undefined;
}

function named(node: ts.Identifier, bindings: Bindings): unknown[] | undefined {
  if (node.text === 'undefined') return [undefined];
  if (node.text === 'Infinity') return [Number.POSITIVE_INFINITY];
  const declaration = declarationOf(node.text, node);
  if (!declaration) return undefined;
  if (beingEvaluated.has(declaration)) return undefined;
  beingEvaluated.add(declaration);
  try {
    const given = bindings.get(declaration);
    if (given) return evaluate(given, bindings);
    const loop = declaration.parent?.parent;
    if (loop && ts.isForOfStatement(loop)) return valuesOf(loop.expression, bindings)?.flatMap(elements);
    const constant = constantOf(node.text, node);
    return constant && evaluate(constant, bindings);
  } finally {
    beingEvaluated.delete(declaration);
  }
}

/** A value that is made of itself has none. */
const beingEvaluated = new Set<ts.Node>();

const elements = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

function template(node: ts.TemplateExpression, bindings: Bindings): unknown[] | undefined {
  let texts = [node.head.text];
  for (const span of node.templateSpans) {
    const values = evaluate(span.expression, bindings);
    if (!values || values.some((value) => typeof value === 'object') || texts.length * values.length > MOST) {
      return undefined;
    }
    texts = texts.flatMap((text) => values.map((value) => `${text}${String(value)}${span.literal.text}`));
  }
  return texts;
}

function array(node: ts.ArrayLiteralExpression, bindings: Bindings): unknown[] | undefined {
  const items: unknown[] = [];
  for (const element of node.elements) {
    if (ts.isSpreadElement(element)) {
      const spread = valueOf(element.expression, bindings)?.value;
      if (!Array.isArray(spread)) return undefined;
      items.push(...elements(spread));
    } else {
      const values = evaluate(element, bindings);
      if (values?.length !== 1) return undefined;
      items.push(values[0]);
    }
  }
  return [items];
}

function object(node: ts.ObjectLiteralExpression, bindings: Bindings): unknown[] | undefined {
  const result: { [name: string]: unknown } = {};
  for (const property of node.properties) {
    if (ts.isSpreadAssignment(property)) {
      const spread = valueOf(property.expression, bindings)?.value;
      if (typeof spread !== 'object' || spread === null) return undefined;
      Object.assign(result, spread);
      continue;
    }
    const name = property.name && nameOf(property.name);
    const initializer = initializerOf(property);
    const value = initializer && valueOf(initializer, bindings);
    if (name === undefined || !value) return undefined;
    result[name] = value.value;
  }
  return [result];
}

/** What a property of an object literal is set to. */
export function initializerOf(property: ts.ObjectLiteralElementLike): ts.Expression | undefined {
  if (ts.isPropertyAssignment(property)) return property.initializer;
  return ts.isShorthandPropertyAssignment(property) ? property.name : undefined;
}

export function nameOf(name: ts.PropertyName): string | undefined {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)
    ? name.text
    : undefined;
}

/** Of several objects, the values of those that have the member. */
function member(owners: unknown[] | undefined, name: string): unknown[] | undefined {
  return owners?.flatMap((owner) =>
    typeof owner === 'object' && owner !== null && Object.hasOwn(owner, name)
      ? [(owner as { [name: string]: unknown })[name]]
      : [],
  );
}
