import {
  condition,
  defineSignal,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
} from '@temporalio/workflow';
import type { Activities, Text } from './activities';

const event = defineSignal<[Text]>('event');
const remote = proxyActivities<Activities>({ startToCloseTimeout: '10 s' });
const local = proxyLocalActivities<Activities>({ startToCloseTimeout: '10 s' });

/** As the textbook has it: an event signals a run, with start if need be, and an activity sends. */
export async function textbook(): Promise<void> {
  let text: Text | undefined;
  setHandler(event, (given) => {
    text = given;
  });
  await condition(() => text !== undefined);
  if (text) await remote.send(text);
}

/** Asleep: what the SDK takes for any run. */
export async function asleep(text: Text): Promise<void> {
  await local.send(text);
  await condition(() => false, '60 days');
}

/** As fast as Temporal goes: the event in the start's arguments, and a local activity. */
export async function eager(text: Text): Promise<void> {
  await local.send(text);
}
