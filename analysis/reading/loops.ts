import { ts } from 'ts-morph';
import { clipped } from '../words';
import type { LoopNode } from '../flow';
import { type Bindings, valueOf } from './evaluate';
import { plain, textOf } from './module';

export type Loop =
  | ts.ForOfStatement
  | ts.ForInStatement
  | ts.ForStatement
  | ts.WhileStatement
  | ts.DoStatement;

export function isLoop(node: ts.Statement): node is Loop {
  return (
    ts.isForOfStatement(node) ||
    ts.isForInStatement(node) ||
    ts.isForStatement(node) ||
    ts.isWhileStatement(node) ||
    ts.isDoStatement(node)
  );
}

/** What is asked before each round, if anything is. */
export function conditionOf(node: Loop): ts.Expression | undefined {
  if (ts.isWhileStatement(node) || ts.isDoStatement(node)) return node.expression;
  return ts.isForStatement(node) ? node.condition : undefined;
}

/** How often a loop goes round at most: a list that the module spells out, or a count between two literals, says it. */
export function boundOf(node: Loop, bindings: Bindings): LoopNode['bound'] {
  if (ts.isForOfStatement(node)) {
    const list = valueOf(node.expression, bindings)?.value;
    return Array.isArray(list) ? list.length : 'unknown';
  }
  if (ts.isForInStatement(node)) {
    const value = valueOf(node.expression, bindings)?.value;
    return typeof value === 'object' && value !== null ? Object.keys(value).length : 'unknown';
  }
  if (ts.isForStatement(node)) return node.condition ? countOf(node, bindings) : 'never';
  return plain(node.expression).kind === ts.SyntaxKind.TrueKeyword ? 'never' : 'unknown';
}

/** The rounds of `for (let n = <from>; n < <to>; n++)`, the counter not touched within. */
function countOf({ initializer, condition, incrementor, statement }: ts.ForStatement, bindings: Bindings) {
  if (!initializer || !condition || !incrementor || !ts.isVariableDeclarationList(initializer))
    return 'unknown';
  const [counter, ...others] = initializer.declarations;
  if (!counter?.initializer || others.length > 0 || !ts.isIdentifier(counter.name)) return 'unknown';
  const name = counter.name.text;
  const from = valueOf(counter.initializer, bindings)?.value;
  if (!ts.isBinaryExpression(condition) || textOf(condition.left) !== name) return 'unknown';
  const to = valueOf(condition.right, bindings)?.value;
  const step = textOf(incrementor);
  if (typeof from !== 'number' || typeof to !== 'number') return 'unknown';
  if (![`${name}++`, `++${name}`, `${name} += 1`].includes(step) || isAssigned(name, statement))
    return 'unknown';
  switch (condition.operatorToken.kind) {
    case ts.SyntaxKind.LessThanToken:
      return Math.max(0, Math.ceil(to - from));
    case ts.SyntaxKind.LessThanEqualsToken:
      return Math.max(0, Math.floor(to - from) + 1);
    default:
      return 'unknown';
  }
}

function isAssigned(name: string, node: ts.Node): boolean {
  const isName = (one: ts.Node) => ts.isIdentifier(one) && one.text === name;
  if (ts.isBinaryExpression(node) && isName(node.left) && isAssignment(node.operatorToken.kind)) return true;
  if ((ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && isName(node.operand)) {
    const { operator } = node;
    if (operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken) return true;
  }
  return ts.forEachChild(node, (child) => isAssigned(name, child) || undefined) ?? false;
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** `for each part of parts (9)`, `while j.now < end`. */
export function headOf(node: Loop, bound: LoopNode['bound']): string {
  const times = typeof bound === 'number' ? ` (${bound})` : '';
  if (ts.isForOfStatement(node) || ts.isForInStatement(node)) {
    const name = textOf(node.initializer).replace(/^(const|let|var) /, '');
    return `for each ${clipped(name, 30)} ${ts.isForOfStatement(node) ? 'of' : 'in'} ${clipped(textOf(node.expression), 40)}${times}`;
  }
  if (ts.isForStatement(node)) {
    const head = [node.initializer, node.condition, node.incrementor].map((part) =>
      part ? textOf(part).replace(/^(let|var) /, '') : '',
    );
    return node.condition ? `for ${clipped(head.join('; '), 60)}${times}` : 'again and again';
  }
  if (bound === 'never') return 'again and again';
  const condition = clipped(textOf(node.expression), 60);
  return ts.isDoStatement(node) ? `and again while ${condition}` : `while ${condition}`;
}
