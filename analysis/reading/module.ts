import { ts } from 'ts-morph';
import type { Place } from '../flow';

/** One source file, parsed and not compiled: it need not resolve its imports, nor be free of type errors. */
export interface Module {
  readonly file: string;
  readonly ast: ts.SourceFile;
}

export function parseModule(file: string, text: string): Module {
  return { file, ast: ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS) };
}

export function placeOf(module: Module, node: ts.Node): Place {
  const { line } = module.ast.getLineAndCharacterOfPosition(node.getStart(module.ast));
  return { file: module.file, line: line + 1 };
}

/** The source of a node on one line. */
export function textOf(node: ts.Node): string {
  return node.getText().replace(/\s+/g, ' ').trim();
}

/** What only types see is not there at run time. */
export function plain(node: ts.Expression): ts.Expression {
  if (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isAwaitExpression(node)
  ) {
    return plain(node.expression);
  }
  return node;
}

export type Declaration = ts.VariableDeclaration | ts.FunctionDeclaration | ts.ParameterDeclaration;

/** The declaration that a name means where it is used; undefined for imports, globals and patterns. */
export function declarationOf(name: string, from: ts.Node): Declaration | undefined {
  for (let scope: ts.Node | undefined = from.parent; scope; scope = scope.parent) {
    const found = declaredIn(scope, name);
    if (found) return found === 'elsewhere' ? undefined : found;
  }
  return undefined;
}

function declaredIn(scope: ts.Node, name: string): Declaration | 'elsewhere' | undefined {
  if (ts.isFunctionLike(scope)) return declaredAs(scope.parameters, name);
  if (ts.isForOfStatement(scope) || ts.isForInStatement(scope) || ts.isForStatement(scope)) {
    const { initializer } = scope;
    if (initializer && ts.isVariableDeclarationList(initializer))
      return declaredAs(initializer.declarations, name);
    return undefined;
  }
  if (!ts.isBlock(scope) && !ts.isSourceFile(scope) && !ts.isCaseOrDefaultClause(scope)) return undefined;
  for (const statement of scope.statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name?.text === name) return statement;
    if (!ts.isVariableStatement(statement)) continue;
    const found = declaredAs(statement.declarationList.declarations, name);
    if (found) return found;
  }
  return undefined;
}

function declaredAs<D extends ts.VariableDeclaration | ts.ParameterDeclaration>(
  declarations: readonly D[],
  name: string,
): D | 'elsewhere' | undefined {
  for (const declaration of declarations) {
    if (ts.isIdentifier(declaration.name)) {
      if (declaration.name.text === name) return declaration;
    } else if (namesIn(declaration.name).includes(name)) {
      return 'elsewhere';
    }
  }
  return undefined;
}

function namesIn(pattern: ts.BindingPattern): string[] {
  return pattern.elements.flatMap((element) => {
    if (ts.isOmittedExpression(element)) return [];
    return ts.isIdentifier(element.name) ? [element.name.text] : namesIn(element.name);
  });
}

/** The value a `const` is declared with; what may be assigned again has none. */
export function constantOf(name: string, from: ts.Node): ts.Expression | undefined {
  const declaration = declarationOf(name, from);
  if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) return undefined;
  const list = declaration.parent;
  const isConstant = ts.isVariableDeclarationList(list) && (list.flags & ts.NodeFlags.Const) !== 0;
  return isConstant ? declaration.initializer : undefined;
}

export type FunctionSource = ts.ArrowFunction | ts.FunctionExpression | ts.FunctionDeclaration;

/** The function of this module that an expression names or is. */
export function functionOf(expression: ts.Expression): FunctionSource | undefined {
  const node = plain(expression);
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return node;
  if (!ts.isIdentifier(node)) return undefined;
  const declaration = declarationOf(node.text, node);
  if (declaration && ts.isFunctionDeclaration(declaration)) return declaration;
  const constant = constantOf(node.text, node);
  if (!constant) return undefined;
  const value = plain(constant);
  return ts.isArrowFunction(value) || ts.isFunctionExpression(value) ? value : undefined;
}
