import type { SendAnswer, SendRequest } from './contract';
import type { Enrollment } from './enrollment';
import { JourneyMistake } from './errors';

/** What a send can come to for the journey. */
export type Settled =
  | Extract<SendAnswer, { status: 'sent' | 'suppressed' | 'failed' }>
  | { status: 'unknown'; sendId: string };

/** What was put off is tried no sooner than this. */
const LEAST_PAUSE_MS = 250;
const MINUTE_MS = 60_000;

/** Asks until the send is done with: sleeps through deferrals, and waits for the end of what is unknown. */
export async function send(run: Enrollment, request: SendRequest): Promise<Settled> {
  const begunAt = Math.max(run.clock(), run.now);
  let { resumed } = run;
  const ask = () => {
    // What is heard while the gate is being asked counts: the answer may be from before.
    resumed = run.resumed;
    return run.activities.call('send', `send ${request.message}`, request);
  };
  for (let answer = await ask(); ; ) {
    switch (answer.status) {
      case 'sent':
      case 'suppressed':
      case 'failed':
        return answer;
      case 'deferred':
        await pause(
          run,
          answer.until,
          `holding ${request.message} back (${answer.reason.replace('_', ' ')})`,
        );
        run.reach(answer.until);
        answer = await ask();
        break;
      case 'retry':
        await pause(run, answer.until, `holding ${request.message} back (the provider asked to wait)`);
        // Latency of the provider is none of the journey's, an outage is.
        if (answer.until - begunAt > MINUTE_MS) run.reach(answer.until);
        answer = await ask();
        break;
      case 'unknown': {
        const { sendId, until } = answer;
        await settled(run, sendId, until, request.message);
        answer = await run.activities.call('sendResult', `what became of ${request.message}`, { sendId });
        if (answer.status === 'unknown' && answer.until <= until) return { status: 'unknown', sendId };
        break;
      }
      case 'held':
        run.reach(await released(run, answer, resumed, request.message));
        answer = await ask();
        break;
      case 'ended':
        return run.stop();
      default:
        // Replayed by code that asks for other things in other order: without this it would go round for ever.
        throw new JourneyMistake(
          'JOURNEY_DIVERGED',
          `The send of ${request.message} was answered by something else.`,
        );
    }
  }
}

async function pause(run: Enrollment, until: number, what: string): Promise<void> {
  // Where two clocks differ a little, asking again at once would only be answered the same.
  const wakeAt = Math.max(until, run.clock() + LEAST_PAUSE_MS);
  await run.rest({ wakeAt, what, midway: true, look: () => false });
}

/** The word of it may be lost; a minute past the end of the grace the record is asked. */
async function settled(run: Enrollment, sendId: string, until: number, message: string): Promise<void> {
  const what = `waiting to hear what became of ${message}`;
  await run.rest({ wakeAt: until + MINUTE_MS, what, midway: true, look: () => run.settled.has(sendId) });
  run.settled.delete(sendId);
}

/** Answers when it was that the send may ask again: as told, or, were the word of it lost, by itself. */
async function released(
  run: Enrollment,
  { until, reason }: Extract<SendAnswer, { status: 'held' }>,
  heard: Enrollment['resumed'],
  message: string,
): Promise<number> {
  const what = reason === 'halted' ? 'all sending is halted' : 'the journey is paused';
  const how = await run.rest({
    wakeAt: until,
    what: `holding ${message} back (${what})`,
    midway: true,
    look: () => run.resumed !== heard,
  });
  return how === 'found' ? run.resumed.at : until;
}
