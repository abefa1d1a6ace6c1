import { ts } from 'ts-morph';
import type { Arm, Block, FlowNode, Step, Test } from '../flow';
import { clipped } from '../words';
import { hasSteps, isEmpty } from './blocks';
import { casesOf, leadingOn, testOf } from './branching';
import { boundOf, conditionOf, headOf, isLoop, type Loop } from './loops';
import { type FunctionSource, type Module, placeOf, plain, textOf } from './module';
import { CallReader, type Reader } from './read-call';
import { Runs } from './runs';

/** Reads a flow function: its steps, in the order in which the source takes them, and what decides among them. */
export function readFlow(module: Module, flow: FunctionSource): Block {
  return new FlowReader(module).ofFlow(flow);
}

class FlowReader implements Reader {
  readonly runs = new Runs();
  readonly bindings = new Map<ts.Node, ts.Expression>();
  readonly answers = new Map<ts.Node, Step>();
  readonly path: FunctionSource[] = [];
  private readonly calls = new CallReader(this);

  constructor(readonly module: Module) {}

  ofFlow(flow: FunctionSource): Block {
    const [run] = flow.parameters;
    if (run && !ts.isIdentifier(run.name)) {
      return [this.opaque(run, 'the steps are taken out of the run by a pattern')];
    }
    if (run) this.runs.add(run);
    return this.body(flow);
  }

  body(fn: FunctionSource): Block {
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
  expression(given: ts.Expression): FlowNode[] {
    const node = plain(given);
    if (ts.isCallExpression(node)) return this.calls.read(node);
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

  opaque(node: ts.Node, why: string): FlowNode {
    return { kind: 'opaque', at: placeOf(this.module, node), text: clipped(textOf(node), 60), why };
  }
}
