import type { Step, WaitedEvent } from '../flow';
import { clipped, durationWords, readWords } from '../words';
import type { Look } from './shapes';

/** How a step looks and what it says. */
export function stepWords(step: Step): { look: Look; lines: string[] } {
  switch (step.kind) {
    case 'send':
      return { look: 'send', lines: ['send', readWords(step.message, String), ...stepName(step.name)] };
    case 'grantOffer': {
      const until = step.expiresIn ? [`good for ${readWords(step.expiresIn, durationWords)}`] : [];
      return { look: 'offer', lines: [`grant ${readWords(step.offer, String)}`, ...until] };
    }
    case 'wait':
      return {
        look: 'wait',
        lines: [`wait ${readWords(step.duration, durationWords)}`, ...stepName(step.name)],
      };
    case 'until':
      return { look: 'wait', lines: [`until ${clipped(step.target, 60)}`, ...stepName(step.name)] };
    case 'waitFor':
      return {
        look: 'wait',
        lines: [
          `wait for ${step.events.map(eventWords).join(' or ')}`,
          step.timeout ? timeoutWords(readWords(step.timeout, durationWords)) : 'without an end',
          ...(step.lookback ? [`looking back ${readWords(step.lookback, durationWords)}`] : []),
          ...stepName(step.name),
        ],
      };
    case 'profile':
      return { look: 'note', lines: ['read the profile'] };
    case 'outcome':
      return { look: 'note', lines: [`outcome ${readWords(step.name, String)}`] };
    case 'experiment':
      return { look: 'note', lines: [`experiment ${readWords(step.name, String)}`, clipped(step.arms, 60)] };
    case 'call':
      return { look: 'note', lines: [clipped(step.text, 60)] };
  }
}

function eventWords({ event, where }: WaitedEvent): string {
  const conditions = Object.entries(where).map(([property, text]) =>
    property === text ? `same ${property}` : `${property} = ${clipped(text, 30)}`,
  );
  const name = readWords(event, String);
  return conditions.length === 0 ? name : `${name}, ${conditions.join(', ')}`;
}

function timeoutWords(duration: string): string {
  return duration === '0 seconds' ? 'without waiting' : `at most ${duration}`;
}

const stepName = (name: Parameters<typeof readWords<string>>[0] | undefined): string[] =>
  name ? [`“${readWords(name, String)}”`] : [];
