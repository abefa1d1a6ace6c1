import { toLocal } from '../../../rules/time/local-time';
import { journeyWords } from '../../why/answer-words';
import type { WhyAnswer } from '../../why/why';
import type { Style } from '../terminal';
import { checkWords } from './check-words';

/** An answer in lines, in the customer's own time: the sentence, the checks, what became of it, the journeys. */
export function answerLines(
  { answer, decision, send, journeys }: WhyAnswer,
  zone: string,
  paint: (style: Style, text: string) => string,
): string[] {
  const local = (instant: string) => {
    const { date, time } = toLocal(new Date(instant), zone);
    return `${date} ${time}`;
  };
  const lines = [paint('bold', answer)];
  if (decision) {
    const { checks, notAsked, later } = decision;
    const width = Math.max(...[...checks.map(({ check }) => check), ...notAsked].map((name) => name.length));
    const name = (check: string) => check.replaceAll('_', ' ').padEnd(width);
    lines.push('', `Decided ${local(decision.at)} (${zone}), with what was known then:`);
    for (const check of checks) {
      const refused = check.result === 'refused';
      lines.push(
        paint(
          refused ? 'yellow' : 'gray',
          `  ${refused ? '✗' : '✓'} ${name(check.check)}  ${checkWords(check)}`,
        ),
      );
    }
    for (const check of notAsked) lines.push(paint('gray', `  · ${name(check)}  not asked`));
    for (const { at, verdict, reason, until } of later) {
      const why = reason ? ` (${reason})` : '';
      lines.push(`Asked again ${local(at)}: ${verdict}${why}${until ? ` until ${local(until)}` : ''}`);
    }
  }
  for (const { at, status, errorCode } of send?.changes ?? []) {
    lines.push(`  ${local(at)}  ${status}${errorCode === undefined ? '' : `  error ${errorCode}`}`);
  }
  // Without a decision the sentence has told of them.
  if (decision) lines.push('', ...journeys.map((one) => paint('gray', journeyWords(one))));
  return lines;
}
