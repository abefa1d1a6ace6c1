import { ts } from 'ts-morph';
import type { JourneySource, PolicySource } from '../flow';
import { initializerOf, nameOf, valueOf } from './evaluate';
import { constantOf, functionOf, type Module, parseModule, placeOf, plain } from './module';
import { readFlow } from './read-flow';

/** Something that is written like a journey and that cannot be read. */
export interface Unread {
  readonly at: { readonly file: string; readonly line: number };
  readonly why: string;
}

export interface ReadModule {
  readonly journeys: readonly JourneySource[];
  readonly unread: readonly Unread[];
}

const NO_BINDINGS = new Map<ts.Node, ts.Expression>();

/** Every journey that a file declares by `journey('<id>', { …policy }, async (j) => { …flow })`, whatever it imports that from. */
export function readJourneys(file: string, text: string): ReadModule {
  const module = parseModule(file, text);
  const names = namesOfJourney(module.ast);
  const journeys: JourneySource[] = [];
  const unread: Unread[] = [];
  let code: string | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isJourney(node, names)) {
      code ??= codeOf(module.ast);
      const found = readCall(module, node, code);
      if (typeof found === 'string') unread.push({ at: placeOf(module, node), why: found });
      else journeys.push(found);
    }
    ts.forEachChild(node, visit);
  };
  visit(module.ast);
  return { journeys, unread };
}

/** `journey`, and what it is imported as. */
function namesOfJourney(ast: ts.SourceFile): ReadonlySet<string> {
  const names = new Set(['journey']);
  for (const statement of ast.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const bound = statement.importClause?.namedBindings;
    if (!bound || !ts.isNamedImports(bound)) continue;
    for (const { propertyName, name } of bound.elements) {
      if (propertyName?.text === 'journey') names.add(name.text);
    }
  }
  return names;
}

function isJourney({ expression, arguments: given }: ts.CallExpression, names: ReadonlySet<string>): boolean {
  if (given.length !== 3) return false;
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text === 'journey';
  return ts.isIdentifier(expression) && names.has(expression.text);
}

function readCall(module: Module, node: ts.CallExpression, code: string): JourneySource | string {
  const [id, policy, flow] = node.arguments;
  if (!id || !policy || !flow) return 'it lacks an id, a policy or a flow';
  const name = valueOf(id, NO_BINDINGS)?.value;
  if (typeof name !== 'string') return 'its id is not written out';
  const source = readPolicy(module, policy);
  const { version } = source.values;
  if (typeof version !== 'number') return `the version of ${name} is not written out`;
  const fn = functionOf(flow);
  if (!fn) return `the flow of ${name} is not a function of this file`;
  const about = docOf(node);
  return {
    id: name,
    version,
    at: placeOf(module, node),
    ...(about && { about }),
    policy: source,
    flow: readFlow(module, fn),
    code,
  };
}

/** The doc comment of the statement that a node stands in. */
function docOf(node: ts.Node): string | undefined {
  const statement = ts.findAncestor(node, ts.isStatement);
  const [doc] = statement ? ts.getJSDocCommentsAndTags(statement) : [];
  const comment = doc && ts.isJSDoc(doc) ? ts.getTextOfJSDocComment(doc.comment) : undefined;
  return comment?.replace(/\s+/g, ' ').trim();
}

function readPolicy(module: Module, expression: ts.Expression): PolicySource {
  const places: { [member: string]: PolicySource['at'] } = {};
  const values: { [member: string]: unknown } = {};
  let node = plain(expression);
  if (ts.isIdentifier(node)) {
    const constant = constantOf(node.text, node);
    if (constant) node = plain(constant);
  }
  const at = placeOf(module, node);
  if (!ts.isObjectLiteralExpression(node)) return { at, places, values };
  for (const property of node.properties) {
    if (ts.isSpreadAssignment(property)) {
      const spread = readPolicy(module, property.expression);
      Object.assign(places, spread.places);
      Object.assign(values, spread.values);
      continue;
    }
    const member = property.name && nameOf(property.name);
    if (member === undefined) continue;
    places[member] = placeOf(module, property);
    const initializer = initializerOf(property);
    const value = initializer && valueOf(initializer, NO_BINDINGS);
    if (value) values[member] = value.value;
  }
  return { at, places, values };
}

const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

/** The module as its compiler would print it, so that comments and layout make no difference. */
function codeOf(ast: ts.SourceFile): string {
  return printer.printFile(ast).replace(/\s+/g, ' ').trim();
}
