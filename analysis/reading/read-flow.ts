import { ts } from 'ts-morph';
import type { Arm, Block, FlowNode, Step, Test } from '../flow';
import { clipped } from '../words';
import { hasSteps, isEmpty } from './blocks';
import { casesOf, leadingOn, testOf } from './branching';
import { valueOf } from './evaluate';
import { boundOf, conditionOf, headOf, isLoop, type Loop } from './loops';
import { type FunctionSource, functionOf, type Module, placeOf, plain, textOf } from './module';
import { readStep } from './read-step';
import { Runs } from './runs';

const LOOPED = new Set(['map', 'forEach', 'flatMap', 'filter', 'some', 'every', 'find', 'reduce']);
const SIDE_BY_SIDE = new Set(['all', 'allSettled', 'race', 'any']);

/** Reads a flow function: its steps, in the order in which the source takes them, and what decides among them. */
export function readFlow(module: Module, flow: FunctionSource): Block {
  return new FlowReader(module).ofFlow(flow);
}

class FlowReader {
  private readonly runs = new Runs();
  private readonly bindings = new Map<ts.Node, ts.Expression>();
  private readonly answers = new Map<ts.Node, Step>();
  /** Functions being read, outermost first. */
  private readonly path: FunctionSource[] = [];

  constructor(private readonly module: Module) {}

  ofFlow(flow: FunctionSource): Block {
    const [run] = flow.parameters;
    if (run && !ts.isIdentifier(run.name)) {
      return [this.opaque(run, 'the steps are taken out of the run by a pattern')];
    }
    if (run) this.runs.add(run);
    return this.body(flow);
  }

  private body(fn: FunctionSource): Block {
    this.path.push(fn);
    try {
      if (!fn.body) return [];
      return ts.isBlock(fn.body) ? this.statements(fn.body.statements) : this.expression(fn.body);
    } finally {
      this.path.pop();
    }
  }

  private statements(statements: readonly ts.Statement[]): FlowNode[] {
    return statements.flatMap((statement) => this.statement(statement));
  }

  private statement(node: ts.Statement): FlowNode[] {
    const at = placeOf(this.module, node);
    if (ts.isBlock(node)) return this.statements(node.statements);
    if (ts.isExpressionStatement(node)) return this.expression(node.expression);
    if (ts.isVariableStatement(node)) {
      return node.declarationList.declarations.flatMap(({ initializer }) =>
        initializer ? this.expression(initializer) : [],
      );
    }
    if (ts.isIfStatement(node)) {
      const arms = [
        { label: 'yes', body: this.statement(node.thenStatement) },
        { label: 'no', body: node.elseStatement ? this.statement(node.elseStatement) : [] },
      ];
      return [...this.expression(node.expression), ...this.branch(node, this.test(node.expression), arms)];
    }
    if (isLoop(node)) return this.loop(node);
    if (ts.isSwitchStatement(node)) return this.choice(node);
    if (ts.isTryStatement(node)) {
      const body = this.statements(node.tryBlock.statements);
      const onError = node.catchClause && this.statements(node.catchClause.block.statements);
      const always = node.finallyBlock && this.statements(node.finallyBlock.statements);
      if (isEmpty(body, onError, always)) return [];
      return [{ kind: 'try', at, body, ...(onError && { onError }), ...(always && { always }) }];
    }
    if (ts.isReturnStatement(node)) {
      return [
        ...(node.expression ? this.expression(node.expression) : []),
        { kind: 'leave', at, how: 'return' },
      ];
    }
    if (ts.isThrowStatement(node)) {
      return [...this.expression(node.expression), { kind: 'leave', at, how: 'throw' }];
    }
    if (ts.isContinueStatement(node) || ts.isBreakStatement(node)) {
      if (node.label) return [this.opaque(node, 'it jumps to a label')];
      return [{ kind: 'leave', at, how: ts.isBreakStatement(node) ? 'break' : 'continue' }];
    }
    if (ts.isFunctionDeclaration(node) || ts.isEmptyStatement(node)) return [];
    return this.runs.areMentionedIn(node) ? [this.opaque(node, 'this kind of statement is not read')] : [];
  }

  private test(condition: ts.Expression): Test {
    return testOf(condition, this.answers);
  }

  private branch(node: ts.Node, test: Test, arms: readonly Arm[]): FlowNode[] {
    if (isEmpty(...arms.map(({ body }) => body))) return [];
    return [{ kind: 'branch', at: placeOf(this.module, node), test, arms }];
  }

  private loop(node: Loop): FlowNode[] {
    const before =
      ts.isForOfStatement(node) || ts.isForInStatement(node) ? this.expression(node.expression) : [];
    const asked = conditionOf(node);
    const body = [...(asked ? this.expression(asked) : []), ...this.statement(node.statement)];
    if (!hasSteps(body)) return before;
    const bound = boundOf(node, this.bindings);
    return [
      ...before,
      { kind: 'loop', at: placeOf(this.module, node), head: headOf(node, bound), bound, body },
    ];
  }

  private choice(node: ts.SwitchStatement): FlowNode[] {
    const cases = casesOf(node);
    if (!cases) {
      return this.runs.areMentionedIn(node) ? [this.opaque(node, 'a case falls through into the next')] : [];
    }
    const arms = cases.map(({ label, statements }) => ({ label, body: this.statements(statements) }));
    return [
      ...this.expression(node.expression),
      ...this.branch(node, { text: clipped(textOf(node.expression), 80) }, arms),
    ];
  }

  /** The steps within an expression, in the order they are taken. */
  private expression(given: ts.Expression): FlowNode[] {
    const node = plain(given);
    if (ts.isCallExpression(node)) return this.call(node);
    if (ts.isConditionalExpression(node)) {
      const arms = [
        { label: 'yes', body: this.expression(node.whenTrue) },
        { label: 'no', body: this.expression(node.whenFalse) },
      ];
      return [...this.expression(node.condition), ...this.branch(node, this.test(node.condition), arms)];
    }
    const taken = ts.isBinaryExpression(node) ? leadingOn(node) : undefined;
    if (ts.isBinaryExpression(node) && taken) {
      const arms = [
        { label: taken, body: this.expression(node.right) },
        { label: taken === 'yes' ? 'no' : 'yes', body: [] },
      ];
      return [...this.expression(node.left), ...this.branch(node, this.test(node.left), arms)];
    }
    // A function that is not called here takes no step here.
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return [];
    const found: FlowNode[] = [];
    ts.forEachChild(node, (child) => {
      if (ts.isExpression(child)) found.push(...this.expression(child));
      else if (ts.isPropertyAssignment(child)) found.push(...this.expression(child.initializer));
      else if (ts.isSpreadAssignment(child)) found.push(...this.expression(child.expression));
      else if (ts.isTemplateSpan(child)) found.push(...this.expression(child.expression));
    });
    return found;
  }

  private call(node: ts.CallExpression): FlowNode[] {
    const { expression: callee } = node;
    if (ts.isPropertyAccessExpression(callee)) {
      if (this.runs.is(callee.expression)) return this.step(callee.name.text, node);
      const lanes = this.lanes(callee, node);
      if (lanes) return lanes;
      if (LOOPED.has(callee.name.text)) return this.each(callee, node);
    }
    const inner = [
      ...(ts.isPropertyAccessExpression(callee) ? this.expression(callee.expression) : []),
      ...node.arguments.flatMap((argument) => this.expression(argument)),
    ];
    const followed =
      ts.isIdentifier(callee) || ts.isArrowFunction(plain(callee)) ? functionOf(callee) : undefined;
    if (followed) return [...inner, ...this.helper(followed, node)];
    const handed = node.arguments.some(
      (argument) => this.runs.is(argument) || (isFunction(argument) && this.runs.areMentionedIn(argument)),
    );
    return handed ? [...inner, this.opaque(node, 'what is called is not in this file')] : inner;
  }

  private step(method: string, node: ts.CallExpression): FlowNode[] {
    const inner = node.arguments.flatMap((argument) => this.expression(argument));
    const step = readStep(method, node, this.bindings, this.answers);
    this.answers.set(node, step);
    return [...inner, { kind: 'step', at: placeOf(this.module, node), step }];
  }

  private helper(fn: FunctionSource, node: ts.CallExpression): FlowNode[] {
    const name = ts.isIdentifier(node.expression) ? node.expression.text : 'a function';
    if (this.path.includes(fn)) {
      return [this.opaque(node, `${name} calls itself`)];
    }
    fn.parameters.forEach((parameter, index) => {
      const argument = node.arguments[index];
      if (!argument) return;
      if (this.runs.is(argument)) this.runs.add(parameter);
      else this.bindings.set(parameter, argument);
    });
    const body = this.body(fn);
    // What returns from a helper goes on behind its call.
    return hasSteps(body) ? [{ kind: 'helper', at: placeOf(this.module, node), name, body }] : [];
  }

  /** `Promise.all([…])` and its kin. */
  private lanes(callee: ts.PropertyAccessExpression, node: ts.CallExpression): FlowNode[] | undefined {
    if (textOf(callee.expression) !== 'Promise' || !SIDE_BY_SIDE.has(callee.name.text)) return undefined;
    const [given] = node.arguments;
    if (!given) return [];
    const how = `Promise.${callee.name.text}`;
    const list = plain(given);
    const lanes = ts.isArrayLiteralExpression(list)
      ? list.elements.map((element) => this.expression(element)).filter((lane) => lane.length > 0)
      : [this.expression(given)].filter((lane) => lane.length > 0);
    return lanes.length === 0 ? [] : [{ kind: 'parallel', at: placeOf(this.module, node), how, lanes }];
  }

  /** A callback for each element of a list. */
  private each(callee: ts.PropertyAccessExpression, node: ts.CallExpression): FlowNode[] {
    const before = this.expression(callee.expression);
    const [callback] = node.arguments;
    const fn = callback && functionOf(callback);
    if (!fn) return before;
    const body = this.path.includes(fn) ? [] : this.body(fn);
    if (!hasSteps(body)) return before;
    const list = valueOf(callee.expression, this.bindings)?.value;
    const bound = Array.isArray(list) ? list.length : 'unknown';
    const head = `for each of ${clipped(textOf(callee.expression), 40)}`;
    const at = placeOf(this.module, node);
    return [
      ...before,
      { kind: 'loop', at, head: typeof bound === 'number' ? `${head} (${bound})` : head, bound, body },
    ];
  }

  private opaque(node: ts.Node, why: string): FlowNode {
    return { kind: 'opaque', at: placeOf(this.module, node), text: clipped(textOf(node), 60), why };
  }
}

function isFunction(node: ts.Expression): boolean {
  const value = plain(node);
  return ts.isArrowFunction(value) || ts.isFunctionExpression(value);
}
