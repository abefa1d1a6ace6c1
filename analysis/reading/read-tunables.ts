import { ts } from 'ts-morph';
import { elapsed } from '../../catalog/duration';
import type { Place } from '../flow';
import { initializerOf, isDuration, nameOf, valueOf } from './evaluate';
import { type Module, placeOf, plain, textOf } from './module';

/** A value that a file `tunables.ts` declares. */
export interface TunableSource {
  readonly name: string;
  readonly at: Place;
  /** Those that are written out, with the bounds that they are declared within; each with its text. */
  readonly bounded: readonly BoundedValue[];
}

export interface BoundedValue {
  readonly at: Place;
  /** Comparable with each other; durations in milliseconds. */
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly texts: { readonly value: string; readonly least: string; readonly most: string };
}

const NO_BINDINGS = new Map<ts.Node, ts.Expression>();

/** The members of every object that a module declares at its top. */
export function readTunables(module: Module): TunableSource[] {
  return module.ast.statements.flatMap((statement) => {
    if (!ts.isVariableStatement(statement)) return [];
    return statement.declarationList.declarations.flatMap(({ initializer }) => {
      const object = initializer && plain(initializer);
      if (!object || !ts.isObjectLiteralExpression(object)) return [];
      return object.properties.flatMap((property): TunableSource[] => {
        const name = property.name && nameOf(property.name);
        if (name === undefined) return [];
        return [{ name, at: placeOf(module, property), bounded: boundedIn(module, property) }];
      });
    });
  });
}

/** Names that a module takes out of objects: by a dot, in brackets, or by a pattern. */
export function namesTaken({ ast }: Module): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) names.add(node.name.text);
    if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression))
      names.add(node.argumentExpression.text);
    if (ts.isBindingElement(node)) {
      const name = node.propertyName ?? node.name;
      if (ts.isIdentifier(name) || ts.isStringLiteralLike(name)) names.add(name.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ast);
  return names;
}

function boundedIn(module: Module, property: ts.Node): BoundedValue[] {
  const found: BoundedValue[] = [];
  const visit = (node: ts.Node): void => {
    const bounded = ts.isCallExpression(node) && calledWithin(node) && boundedOf(module, node);
    if (bounded) found.push(bounded);
    ts.forEachChild(node, visit);
  };
  visit(property);
  return found;
}

const calledWithin = ({ expression }: ts.CallExpression) =>
  ts.isIdentifier(expression) && expression.text === 'within';

function boundedOf(module: Module, call: ts.CallExpression): BoundedValue | undefined {
  const [given, bounds] = call.arguments;
  const object = bounds && plain(bounds);
  if (!given || !object || !ts.isObjectLiteralExpression(object)) return undefined;
  const member = (wanted: string) => {
    const property = object.properties.find(({ name }) => name && nameOf(name) === wanted);
    return property && initializerOf(property);
  };
  const [least, most] = [member('least'), member('most')];
  if (!least || !most) return undefined;
  const [value, from, to] = [given, least, most].map(comparable);
  if (value === undefined || from === undefined || to === undefined) return undefined;
  const texts = { value: textOf(given), least: textOf(least), most: textOf(most) };
  return { at: placeOf(module, call), value, least: from, most: to, texts };
}

/** Undefined where the source does not say it. */
function comparable(expression: ts.Expression): number | undefined {
  const value = valueOf(expression, NO_BINDINGS)?.value;
  if (typeof value === 'number') return value;
  return isDuration(value) ? elapsed(value) : undefined;
}
