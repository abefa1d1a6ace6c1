import type { JourneyAnswer } from './journey-answers';
import type { WhyAnswer } from './why';

type Facts = Pick<WhyAnswer, 'decision' | 'send' | 'held' | 'journeys'>;

/** The answer in a sentence, instants in UTC. */
export function answerWords({ decision, send, held, journeys }: Facts): string {
  if (held && (!decision || decision.message !== held.message || decision.at < held.since)) {
    const what = held.by === 'halted' ? 'all sending was halted' : `${held.journey} was paused`;
    return `${held.message} has been waiting since ${held.since}: ${what}. It is asked about again when that is over.`;
  }
  if (!decision) return journeys.map(journeyWords).join(' ') || 'There is no such journey.';
  const about = `${decision.message} of ${decision.journey}, asked for at ${decision.at},`;
  const reason = decision.reason?.replaceAll('_', ' ') ?? '';
  switch (decision.verdict) {
    case 'send': {
      const error = send?.errorCode === undefined ? '' : ` (${send.errorCode})`;
      return `${about} was allowed; it is ${send?.status ?? 'not in the ledger'}${error}.`;
    }
    case 'suppressed':
      return `${about} was suppressed: ${reason}.`;
    case 'deferred':
      return `${about} was deferred to ${decision.until ?? 'later'}: ${reason}.`;
  }
}

/** One journey in a sentence. */
export function journeyWords(answer: JourneyAnswer): string {
  const { journey, standing, at, enters, held, messageId } = answer;
  const enterWords = entersWords(enters);
  const holdWords = held
    ? ` ${held.by === 'halted' ? 'All sending' : journey} was ${held.by} since ${held.since}.`
    : '';
  switch (standing) {
    case 'entered':
      return `${journey} was entered at ${at}, and its run had not asked for such a message.${holdWords}`;
    case 'ended':
      return `${journey}: the run had ended at ${at}, ${answer.status}${answer.reason ? ` (${answer.reason})` : ''}.${holdWords}`;
    case 'refused':
      return `${journey}: entry was refused at ${at}, ${answer.reason}.${holdWords}`;
    case 'no_event':
      return `${journey} was never entered: no ${enterWords} had come.${holdWords}`;
    case 'quarantined': {
      const violations = answer.violations?.map(({ message }) => message).join('; ');
      return `${journey} was not entered: ${enterWords} (${messageId}) of ${at} is in quarantine: ${violations}.${holdWords}`;
    }
    case 'not_taken':
      return `${journey} was not entered: ${enterWords} (${messageId}) came at ${at}, when the journey took none.${holdWords}`;
    case 'not_launched': {
      const missing =
        answer.conditions?.filter(({ holds }) => !holds).map(({ condition }) => condition) ?? [];
      const misses = missing.length > 0 ? ` Today they miss: ${missing.join('; ')}.` : '';
      return `${journey} was never entered: no launch had found the customer in ${enterWords}.${misses}${holdWords}`;
    }
    case 'no_stage':
      return `${journey} was never entered: the customer had not come into ${enterWords}.${holdWords}`;
  }
}

function entersWords(enters: JourneyAnswer['enters']): string {
  if ('event' in enters) return enters.event;
  return 'stage' in enters ? `stage ${enters.stage}` : `the audience ${enters.audience}`;
}
