import { elapsed } from '../../catalog/duration';
import type { FlowNode } from '../flow';
import { durationWords } from '../words';
import type { CheckedCatalog, ReadJourney } from './input';
import type { Finding } from './finding';
import { nodesOf, stepsOf, sureSends } from './walk';

/** Waits for an event, each with a timeout that comes. */
export function checkWaits({ source, name: journey }: ReadJourney): Finding[] {
  return [...stepsOf(source.flow, 'waitFor')].flatMap(({ step, at }) => {
    const events = step.events
      .map(({ event }) => (event.known ? event.values.join(' or ') : event.text))
      .join(' or ');
    const isEndless =
      !step.timeout ||
      (step.timeout.known && step.timeout.values.some((one) => !Number.isFinite(elapsed(one))));
    if (!isEndless) return [];
    return [
      {
        code: 'WAIT_WITHOUT_END' as const,
        at,
        journey,
        sentence: `The wait for ${events} never ends where the event does not come: give it a \`timeout\`.`,
      },
    ];
  });
}

/** Sends within loops that nothing in the source bounds. */
export function checkLoops({ source, name: journey }: ReadJourney): Finding[] {
  return [...nodesOf(source.flow)].flatMap(({ node, loops }): Finding[] => {
    if (node.kind === 'helper' && sendsAndCallsItself(node)) {
      const sentence = `${node.name} sends and calls itself, of which nothing says how often: make it a loop over a list that is written out, or one that counts to a number.`;
      return [{ code: 'SEND_IN_UNBOUNDED_LOOP', at: node.at, journey, sentence }];
    }
    const loop = loops.find(({ bound }) => typeof bound !== 'number');
    if (node.kind !== 'step' || node.step.kind !== 'send' || !loop) return [];
    return [
      {
        code: 'SEND_IN_UNBOUNDED_LOOP' as const,
        at: node.at,
        journey,
        sentence: `This sends in a loop (“${loop.head}”, line ${loop.at.line}) of which nothing says how often it goes round: loop over a list that is written out, or count to a number.`,
      },
    ];
  });
}

function sendsAndCallsItself({ name, body }: Extract<FlowNode, { kind: 'helper' }>): boolean {
  const inner = [...nodesOf(body)].map(({ node }) => node);
  const recurs = inner.some((node) => node.kind === 'opaque' && node.why === `${name} calls itself`);
  return recurs && inner.some((node) => node.kind === 'step' && node.step.kind === 'send');
}

/** What the flow names: messages, and events that the policy listens to, with properties that they have. */
export function checkNames(read: ReadJourney, { events, messages }: CheckedCatalog): Finding[] {
  const { policy, source, name: journey } = read;
  const listens = new Set<string>(policy.listens);
  const findings: Finding[] = [];
  for (const { step, at } of stepsOf(source.flow, 'send')) {
    for (const message of step.message.known ? new Set(step.message.values) : []) {
      if (Object.hasOwn(messages, message)) continue;
      findings.push({
        code: 'MESSAGE_UNKNOWN',
        at,
        journey,
        sentence: `There is no message "${message}" in the catalog: add it to catalog/messages.ts, or correct its id.`,
      });
    }
  }
  for (const { step, at } of stepsOf(source.flow, 'waitFor')) {
    for (const { event, where } of step.events) {
      for (const name of event.known ? new Set(event.values) : []) {
        if (!listens.has(name)) {
          findings.push({
            code: 'EVENT_NOT_LISTENED_TO',
            at,
            journey,
            sentence: `The wait for ${name} hears nothing, for the policy does not listen to it: add it to \`listens\`.`,
          });
        }
        const known = events[name] && propertiesOf(events[name]);
        for (const property of Object.keys(where).filter((one) => known && !known.has(one))) {
          findings.push({
            code: 'PROPERTY_UNKNOWN',
            at,
            journey,
            sentence: `${name} has no property "${property}", so this wait matches nothing: correct it, or add it to catalog/events.ts.`,
          });
        }
      }
    }
  }
  return findings;
}

/** The properties that an event has in any of its versions. */
export function propertiesOf(event: CheckedCatalog['events'][string]): ReadonlySet<string> {
  return new Set(Object.values(event.versions).flatMap((schema) => Object.keys(schema.shape)));
}

/** What the policy names: events of the plan, and the properties that it keys and matches by. */
export function checkPolicy(read: ReadJourney, { events }: CheckedCatalog): Finding[] {
  const { policy, source, name: journey } = read;
  const { enter, exit, goal, listens = [] } = policy;
  const findings: Finding[] = [];
  const at = (member: string) => source.policy.places[member] ?? source.policy.at;
  const trigger = 'on' in enter ? enter.on : 'stage' in enter ? 'Lifecycle Stage Changed' : undefined;

  const named: [member: string, event: string][] = [
    ...('on' in enter ? [['enter', enter.on] as [string, string]] : []),
    ...(exit && 'on' in exit ? [['exit', exit.on] as [string, string]] : []),
    ...(goal ? [['goal', goal.on] as [string, string]] : []),
    ...listens.map((event): [string, string] => ['listens', event]),
  ];
  for (const [member, event] of named) {
    if (Object.hasOwn(events, event)) continue;
    findings.push({
      code: 'EVENT_UNKNOWN',
      at: at(member),
      journey,
      sentence: `The tracking plan has no event "${event}": add it to catalog/events.ts, or correct the name.`,
    });
  }

  const needs: [member: string, event: string | undefined, property: string | undefined][] = [
    ['enter', trigger, 'on' in enter ? enter.key : undefined],
    ...(exit && 'on' in exit
      ? ([
          ['exit', exit.on, exit.match],
          ['exit', trigger, exit.match],
        ] as const)
      : []),
    ...(goal
      ? ([
          ['goal', goal.on, goal.match],
          ['goal', trigger, goal.match],
        ] as const)
      : []),
  ].map(([member, event, property]) => [String(member), event, property]);
  for (const [member, event, property] of needs) {
    const definition = event === undefined ? undefined : events[event];
    if (!definition || property === undefined || propertiesOf(definition).has(property)) continue;
    findings.push({
      code: 'PROPERTY_UNKNOWN',
      at: at(member),
      journey,
      sentence: `${event} has no property "${property}", which \`${member}\` goes by: correct it, or add it to catalog/events.ts.`,
    });
  }
  return findings;
}

/** Messages that a cap never lets through, for the journey itself has used it up. */
export function checkCaps(read: ReadJourney, { workspace, messages }: CheckedCatalog): Finding[] {
  const { policy, source, name: journey } = read;
  if (policy.purpose !== 'marketing' || policy.capped === 'defer') return [];
  const sends = sureSends(source.flow).filter(({ node: { step } }) =>
    step.message.known ? step.message.values.some((id) => Object.hasOwn(messages, id)) : true,
  );
  for (const cap of workspace.caps) {
    if (cap.purpose !== policy.purpose || cap.most < 1) continue;
    const windowMs = cap.per === 'day' ? 0 : elapsed(cap.per) - 1;
    let inWindow: number[] = [];
    for (const [index, { withinMs }] of sends.entries()) {
      inWindow = index > 0 && withinMs !== undefined ? inWindow.map((ago) => ago + withinMs) : [];
      inWindow = [...inWindow.filter((ago) => ago <= windowMs), 0];
      const node = sends[index]?.node;
      if (inWindow.length <= cap.most || !node) continue;
      const per = cap.per === 'day' ? 'day' : durationWords(cap.per);
      return [
        {
          code: 'CAP_UNSATISFIABLE',
          at: node.at,
          journey,
          sentence: `This never goes out: the cap lets ${cap.most} marketing ${cap.most === 1 ? 'message' : 'messages'} a ${per} through, and the journey has sent as many by then. Wait before it, or set \`capped: 'defer'\`.`,
        },
      ];
    }
  }
  return [];
}
