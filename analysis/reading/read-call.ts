import { ts } from 'ts-morph';
import type { Block, FlowNode, Step } from '../flow';
import { clipped } from '../words';
import { hasSteps } from './blocks';
import { valueOf } from './evaluate';
import { type FunctionSource, functionOf, type Module, placeOf, plain, textOf } from './module';
import { readStep } from './read-step';
import type { Runs } from './runs';

/** What reads the rest of a flow, and what it has found so far. */
export interface Reader {
  readonly module: Module;
  /** The names under which the flow has its run. */
  readonly runs: Runs;
  /** What the parameters of helpers stand for. */
  readonly bindings: Map<ts.Node, ts.Expression>;
  /** The steps whose answers tests go by. */
  readonly answers: Map<ts.Node, Step>;
  /** Functions being read, outermost first. */
  readonly path: readonly FunctionSource[];
  body(fn: FunctionSource): Block;
  expression(node: ts.Expression): FlowNode[];
  /** What is not read, and why. */
  opaque(node: ts.Node, why: string): FlowNode;
}

const LOOPED = new Set(['map', 'forEach', 'flatMap', 'filter', 'some', 'every', 'find', 'reduce']);
const SIDE_BY_SIDE = new Set(['all', 'allSettled', 'race', 'any']);

/** Reads calls: of the run, which are steps, of helpers, of what goes through a list, and of what takes steps side by side. */
export class CallReader {
  constructor(private readonly reader: Reader) {}

  read(node: ts.CallExpression): FlowNode[] {
    const { expression: callee } = node;
    if (ts.isPropertyAccessExpression(callee)) {
      if (this.reader.runs.is(callee.expression)) return this.step(callee.name.text, node);
      const lanes = this.lanes(callee, node);
      if (lanes) return lanes;
      if (LOOPED.has(callee.name.text)) return this.each(callee, node);
    }
    const inner = [
      ...(ts.isPropertyAccessExpression(callee) ? this.reader.expression(callee.expression) : []),
      ...node.arguments.flatMap((argument) => this.reader.expression(argument)),
    ];
    const followed =
      ts.isIdentifier(callee) || ts.isArrowFunction(plain(callee)) ? functionOf(callee) : undefined;
    if (followed) return [...inner, ...this.helper(followed, node)];
    const handed = node.arguments.some(
      (argument) =>
        this.reader.runs.is(argument) || (isFunction(argument) && this.reader.runs.areMentionedIn(argument)),
    );
    return handed ? [...inner, this.reader.opaque(node, 'what is called is not in this file')] : inner;
  }

  private step(method: string, node: ts.CallExpression): FlowNode[] {
    const inner = node.arguments.flatMap((argument) => this.reader.expression(argument));
    const step = readStep(method, node, this.reader.bindings, this.reader.answers);
    this.reader.answers.set(node, step);
    return [...inner, { kind: 'step', at: placeOf(this.reader.module, node), step }];
  }

  private helper(fn: FunctionSource, node: ts.CallExpression): FlowNode[] {
    const name = ts.isIdentifier(node.expression) ? node.expression.text : 'a function';
    if (this.reader.path.includes(fn)) {
      return [this.reader.opaque(node, `${name} calls itself`)];
    }
    fn.parameters.forEach((parameter, index) => {
      const argument = node.arguments[index];
      if (!argument) return;
      if (this.reader.runs.is(argument)) this.reader.runs.add(parameter);
      else this.reader.bindings.set(parameter, argument);
    });
    const body = this.reader.body(fn);
    // What returns from a helper goes on behind its call.
    return hasSteps(body) ? [{ kind: 'helper', at: placeOf(this.reader.module, node), name, body }] : [];
  }

  /** `Promise.all([…])` and its kin. */
  private lanes(callee: ts.PropertyAccessExpression, node: ts.CallExpression): FlowNode[] | undefined {
    if (textOf(callee.expression) !== 'Promise' || !SIDE_BY_SIDE.has(callee.name.text)) return undefined;
    const [given] = node.arguments;
    if (!given) return [];
    const how = `Promise.${callee.name.text}`;
    const list = plain(given);
    const lanes = ts.isArrayLiteralExpression(list)
      ? list.elements.map((element) => this.reader.expression(element)).filter((lane) => lane.length > 0)
      : [this.reader.expression(given)].filter((lane) => lane.length > 0);
    return lanes.length === 0
      ? []
      : [{ kind: 'parallel', at: placeOf(this.reader.module, node), how, lanes }];
  }

  /** A callback for each element of a list. */
  private each(callee: ts.PropertyAccessExpression, node: ts.CallExpression): FlowNode[] {
    const before = this.reader.expression(callee.expression);
    const [callback] = node.arguments;
    const fn = callback && functionOf(callback);
    if (!fn) return before;
    const body = this.reader.path.includes(fn) ? [] : this.reader.body(fn);
    if (!hasSteps(body)) return before;
    const list = valueOf(callee.expression, this.reader.bindings)?.value;
    const bound = Array.isArray(list) ? list.length : 'unknown';
    const head = `for each of ${clipped(textOf(callee.expression), 40)}`;
    const at = placeOf(this.reader.module, node);
    return [
      ...before,
      { kind: 'loop', at, head: typeof bound === 'number' ? `${head} (${bound})` : head, bound, body },
    ];
  }
}

function isFunction(node: ts.Expression): boolean {
  const value = plain(node);
  return ts.isArrowFunction(value) || ts.isFunctionExpression(value);
}
