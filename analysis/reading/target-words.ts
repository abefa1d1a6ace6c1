import { ts } from 'ts-morph';
import { durationWords, listWords, readWords } from '../words';
import { type Bindings, isDuration, isText, read, valuesOf } from './evaluate';
import { plain, textOf } from './module';

/** What `j.until` waits for, in words where it is made by the functions for that; else its source. */
export function targetWords(expression: ts.Expression, bindings: Bindings): string {
  const node = plain(expression);
  if (!ts.isCallExpression(node)) return textOf(node);
  const [first, second] = node.arguments;
  if (ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'at' && first) {
    const on = dayWords(node.expression.expression, bindings);
    return on === undefined ? textOf(node) : `${on} at ${readWords(read(first, bindings, isText), String)}`;
  }
  if (!ts.isIdentifier(node.expression) || !first) return textOf(node);
  switch (node.expression.text) {
    case 'localTime':
      return `the next ${readWords(read(first, bindings, isText), String)}`;
    case 'before':
    case 'after': {
      if (!second) return textOf(node);
      const length = readWords(read(second, bindings, isDuration), durationWords);
      return `${length} ${node.expression.text} ${textOf(first)}`;
    }
    default:
      return textOf(node);
  }
}

/** `day 2`, `2027-12-24`: of `day(2)` and `date('2027-12-24')`. */
function dayWords(expression: ts.Expression, bindings: Bindings): string | undefined {
  const node = plain(expression);
  const [first] = ts.isCallExpression(node) ? node.arguments : [];
  if (!first || !ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return undefined;
  const values = valuesOf(first, bindings)?.map(String);
  const words = values ? listWords(values) : textOf(first);
  if (node.expression.text === 'day') return `day ${words}`;
  return node.expression.text === 'date' ? words : undefined;
}
