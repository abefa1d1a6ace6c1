import type { SendAnswer } from '../../../workflows/runtime/contract';
import type { Entering, Run, Stage } from './stage';

/** One way through a journey that ships, up to where its history is recorded. */
export interface Story {
  /** `<journey>.v<version>` */
  readonly type: string;
  readonly name: string;
  readonly entering: Entering;
  readonly play?: (run: Run) => Promise<unknown>;
}

/** What happened to runs of every journey that ships: asleep at each of its waits, and at each of its ends. */
export const stories: readonly Story[] = [
  ...flashReward(),
  ...onboarding(),
  ...reactivation(),
  ...featureHowTo(),
  ...appointmentCare(),
  ...providerOffer(),
];

/** Plays a story; the run may be over then. */
export async function play(stage: Stage, { type, entering, play: goOn }: Story): Promise<Run> {
  const [journey = '', version] = type.split('.v');
  const run = await stage.start(journey, { ...entering, version: Number(version) });
  if (!(await run.isOver())) await run.rests();
  await goOn?.(run);
  return run;
}

function at(instant: string): number {
  return Date.parse(instant);
}

function exited(reason: string): (run: Run) => Promise<void> {
  return (run) => run.end({ status: 'exited', reason });
}

/** Stories that begin alike. */
function beginning(type: string, entering: Entering) {
  return (name: string, play?: Story['play'], more: Partial<Entering> = {}): Story => {
    const story = { type, name, entering: { ...entering, ...more } };
    return play ? { ...story, play } : story;
  };
}

function flashReward(): Story[] {
  const entering: Entering = {
    at: '2027-02-02T15:00:00Z',
    event: 'Visit Checked In',
    properties: { visitId: 'V1', providerId: 'P7' },
  };
  const story = beginning('flash-reward.v1', entering);
  const held: SendAnswer = { status: 'deferred', reason: 'paced', until: at('2027-02-02T15:10:00Z') };
  const again: SendAnswer = { status: 'retry', sendId: 's1', until: at('2027-02-02T15:00:07Z') };
  const unknown: SendAnswer = { status: 'unknown', sendId: 's1', until: at('2027-02-02T15:05:00Z') };
  const found: SendAnswer = {
    status: 'sent',
    sendId: 's1',
    providerSid: 'SM1',
    at: at('2027-02-02T15:00:30Z'),
  };
  const expired: SendAnswer = { status: 'suppressed', reason: 'expired', at: at(entering.at) };
  return [
    story('asleep until the reminder'),
    story('reminded and completed', (run) => run.travel('2027-02-02T16:30:00Z')),
    story('converted by the goal', (run) => run.end({ status: 'converted', reason: 'goal' })),
    story('redeemed as the last thing in time', async (run) => {
      run.store('Offer Redeemed', { offerId: 'flash-reward-1' }, '2027-02-02T16:30:00Z');
      await run.travel('2027-02-02T16:30:00Z');
    }),
    story('another offer redeemed, asleep', (run) =>
      run.event('Offer Redeemed', { offerId: 'another' }, '2027-02-02T15:20:00Z'),
    ),
    story('treated', exited('exit_event')),
    story('treated before it began', undefined, { end: { status: 'exited', reason: 'exit_event' } }),
    story('paced, asleep', undefined, { answers: [held] }),
    story('paced, then sent, asleep', (run) => run.travel('2027-02-02T15:20:00Z'), { answers: [held] }),
    story('put off by the provider, then sent, asleep', (run) => run.travel('2027-02-02T15:01:00Z'), {
      answers: [again],
    }),
    story('unknown, asleep', undefined, { answers: [unknown] }),
    story('unknown, then settled, asleep', (run) => run.tell({ kind: 'settled', sendId: 's1' }), {
      answers: [unknown],
      sendResults: [found],
    }),
    story('unknown, then looked up, asleep', (run) => run.travel('2027-02-02T15:06:00Z'), {
      answers: [unknown],
      sendResults: [found],
    }),
    story('refused and completed', (run) => run.travel('2027-02-02T16:30:00Z'), {
      answers: [expired, expired],
    }),
  ];
}

function onboarding(): Story[] {
  const entering: Entering = {
    at: '2027-10-27T01:40:00Z',
    event: 'Account Registered',
    zone: 'America/Los_Angeles',
  };
  const story = beginning('onboarding.v1', entering);
  const mornings = ['10-29', '11-01', '11-05', '11-10', '11-17', '11-26', '12-11', '12-26'];
  const held: SendAnswer = { status: 'deferred', reason: 'locked', until: at('2027-11-01T18:00:00Z') };
  return [
    story('asleep before part 2'),
    ...mornings.map((morning, index) =>
      story(`asleep before part ${index + 3}`, (run) => run.travel(`2027-${morning}T00:00:00Z`)),
    ),
    story('completed', (run) => run.travel('2028-01-25T00:00:00Z')),
    story('no longer new', exited('stage_ended')),
    story('moved, asleep', async (run) => {
      await run.travel('2027-11-07T18:00:00Z');
      await run.moveTo('America/New_York');
    }),
    story('find-provider learned, part 4 left out, asleep', async (run) => {
      await run.travel('2027-11-03T20:00:00Z');
      await run.event('Feature Adopted', { feature: 'find-provider' }, '2027-11-03T20:00:00Z');
      await run.travel('2027-11-05T00:00:00Z');
    }),
    story('part 2 held back past part 3, asleep', (run) => run.travel('2027-11-03T00:00:00Z'), {
      answers: [held],
    }),
    story('continued in a new history, asleep', (run) => run.travel('2027-11-17T00:00:00Z'), {
      historyLimit: 20,
    }),
  ];
}

function reactivation(): Story[] {
  const entering: Entering = {
    at: '2027-03-05T17:00:00Z',
    event: 'Lifecycle Stage Changed',
    properties: { from: 'active', to: 'inactive' },
  };
  const story = beginning('reactivation.v1', entering);
  return [
    story('asleep before the second'),
    story('asleep before the third', (run) => run.travel('2027-03-13T00:00:00Z')),
    story('completed', (run) => run.travel('2027-03-20T00:00:00Z')),
    story('active again', exited('exit_stage')),
    story('moved, asleep', (run) => run.moveTo('America/Los_Angeles')),
  ];
}

function featureHowTo(): Story[] {
  const properties = { feature: 'find-provider' };
  const entering: Entering = { at: '2027-02-02T15:00:00Z', event: 'Feature Viewed', properties };
  const adopted = { name: 'Feature Adopted', at: '2027-02-02T15:00:00Z', properties };
  const story = beginning('feature-how-to.v1', entering);
  return [
    story('asleep'),
    story('adopted', (run) => run.event('Feature Adopted', properties, '2027-02-03T14:59:59Z')),
    story('adopted right behind', undefined, { pending: [adopted] }),
    story('shown how', (run) => run.travel('2027-02-03T15:00:00Z')),
    story('merged', (run) => run.end({ status: 'merged', reason: 'merged' })),
  ];
}

function appointmentCare(): Story[] {
  const entering: Entering = {
    at: '2027-02-25T16:00:00Z',
    event: 'Appointment Booked',
    properties: { appointmentId: 'A1', startsAt: '2027-03-02T15:00:00Z' },
  };
  const story = beginning('appointment-care.v1', entering);
  return [
    story('asleep before the reminder'),
    story('reminded', (run) => run.travel('2027-03-01T15:00:00Z')),
    story('booked on the day before', undefined, { at: '2027-03-01T16:00:00Z' }),
    story('canceled', exited('exit_event')),
  ];
}

function providerOffer(): Story[] {
  const entering: Entering = {
    at: '2027-02-03T02:30:00Z',
    event: 'Audience Entered',
    properties: { audience: 'searched-without-redeeming', launchId: 'L1' },
  };
  const story = beginning('provider-offer.v1', entering);
  const quiet: SendAnswer = { status: 'deferred', reason: 'quiet_hours', until: at('2027-02-03T13:00:00Z') };
  return [
    story('sent and completed'),
    story('held to the morning, asleep', undefined, { answers: [quiet] }),
    story('held to the morning, then sent and completed', (run) => run.travel('2027-02-03T13:00:00Z'), {
      answers: [quiet],
    }),
    story('redeemed another offer', exited('exit_event'), { answers: [quiet] }),
  ];
}
