import { ts } from 'ts-morph';
import type { Step, Test } from '../flow';
import { clipped } from '../words';
import { plain, textOf } from './module';
import { stepBehind } from './read-step';

/** What a condition asks; `answers` are the steps read so far, by their calls. */
export function testOf(condition: ts.Expression, answers: ReadonlyMap<ts.Node, Step>): Test {
  const text = clipped(textOf(condition), 80);
  const node = plain(condition);
  const negated = ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken;
  const asked = negated ? plain(node.operand) : node;
  if (!ts.isPropertyAccessExpression(asked) || asked.name.text !== 'ok') return { text };
  const answerOf = stepBehind(asked.expression, answers);
  return answerOf ? { text, answerOf, ...(negated && { negated: true }) } : { text };
}

/** Of `a && b`, `a || b` and `a ?? b`: which answer of `a` leads on to `b`. */
export function leadingOn({ operatorToken }: ts.BinaryExpression): 'yes' | 'no' | undefined {
  switch (operatorToken.kind) {
    case ts.SyntaxKind.AmpersandAmpersandToken:
      return 'yes';
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.QuestionQuestionToken:
      return 'no';
    default:
      return undefined;
  }
}

/** One way out of a switch. */
export interface Case {
  readonly label: string;
  /** Without the `break` at its end. */
  readonly statements: readonly ts.Statement[];
}

/** The cases of a switch; undefined where one falls through into the next. */
export function casesOf({ caseBlock: { clauses } }: ts.SwitchStatement): readonly Case[] | undefined {
  const cases: Case[] = [];
  let reaching: ts.CaseOrDefaultClause[] = [];
  let isComplete = false;
  for (const clause of clauses) {
    reaching.push(clause);
    const [first] = clause.statements;
    if (!first) continue;
    const statements = ts.isBlock(first) ? first.statements : clause.statements;
    const last = statements.at(-1);
    if (!leaves(last) && clause !== clauses.at(-1)) return undefined;
    const kept = last && ts.isBreakStatement(last) ? statements.slice(0, -1) : statements;
    cases.push({ label: reaching.map(labelOf).join(', '), statements: kept });
    isComplete ||= reaching.some(ts.isDefaultClause);
    reaching = [];
  }
  return isComplete ? cases : [...cases, { label: OTHERWISE, statements: [] }];
}

function labelOf(clause: ts.CaseOrDefaultClause): string {
  return ts.isCaseClause(clause) ? clipped(textOf(clause.expression), 40) : OTHERWISE;
}

const OTHERWISE = 'otherwise';

function leaves(statement: ts.Statement | undefined): boolean {
  return (
    statement !== undefined &&
    (ts.isBreakStatement(statement) ||
      ts.isReturnStatement(statement) ||
      ts.isThrowStatement(statement) ||
      ts.isContinueStatement(statement))
  );
}
