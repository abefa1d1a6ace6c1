import { readFileSync } from 'node:fs';
import type { AcceptedEvent, JsonObject } from '../../../ingest';
import type { Act, Person } from '../../../simulator/rehearsal';
import type { SimulatedProject } from '../../../simulator/project';
import { identifierKey, identifiersOf } from '../../../rules/identity/identifiers';
import { readInstant } from '../../segment/instants';
import { judgeEvent } from '../../segment/judge-event';
import { CliError, exitCodes } from '../exit-codes';
import { readCsv } from './read-csv';

/**
 * People who do not exist, from a table of profiles (CSV with headings) and a file of events (NDJSON, each line a call of
 * Segment's tracking API). An event belongs to whom it shares an identifier with, as it would on arrival.
 */
export function readPeople(
  project: SimulatedProject,
  files: { readonly profiles?: string | undefined; readonly events?: string | undefined },
  from: Date,
): Person[] {
  const groups = new Groups(project);
  for (const row of files.profiles ? readCsv(read(files.profiles)) : []) groups.add(profileAct(row, from));
  for (const [line, text] of (files.events ? read(files.events) : '').split('\n').entries()) {
    if (text.trim() !== '') groups.add(eventAct(project, text, `${files.events}:${line + 1}`, from));
  }
  return groups.people();
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError(exitCodes.notFound, 'no_file', `${file} cannot be read.`, { cause: error });
  }
}

/** A row of the table is what an identify would have said: `subscribed` (yes unless it says no) is consent to SMS. */
function profileAct(row: { readonly [heading: string]: string }, from: Date): EventAct {
  const { userId, user_id, subscribed = 'yes', ...others } = row;
  const traits = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== ''));
  const id = userId ?? user_id;
  const status = /^(no|false|0|unsubscribed)$/i.test(subscribed) ? 'UNSUBSCRIBED' : 'SUBSCRIBED';
  const wish = { key: traits['phone'], type: 'SMS', status };
  return {
    at: from,
    event: {
      type: 'identify',
      messageId: `profile/${id ?? JSON.stringify(traits)}`,
      source: 'simulated',
      ...(id && { userId: id }),
      traits,
      ...(traits['phone'] && { context: { messaging_subscriptions: [wish] } }),
    },
  };
}

function eventAct(project: SimulatedProject, text: string, place: string, from: Date): EventAct {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw refused(place, 'it is no JSON', error);
  }
  const options = { plan: project.events, identifiers: project.workspace };
  const verdict = judgeEvent(raw, { source: { name: 'simulated', storeUnplanned: false } }, options);
  if (verdict.verdict !== 'accepted') {
    const [first] = verdict.verdict === 'quarantined' ? verdict.row.violations : [verdict];
    throw refused(place, `${first?.code ?? ''}: ${first?.message ?? ''}`);
  }
  const { receivedAt, timestamp } = raw as JsonObject;
  const stated = typeof receivedAt === 'string' ? receivedAt : timestamp;
  const at = stated === undefined ? from.getTime() : readInstant(stated);
  if (at === undefined) throw refused(place, 'its timestamp is no instant');
  // It was sent when it was received: there is no clock to correct.
  const { sentAt: _sent, ...event } = verdict.event;
  return { at: new Date(at), event };
}

function refused(place: string, why: string, cause?: unknown): CliError {
  return new CliError(exitCodes.usage, 'bad_event', `${place} cannot be played: ${why}.`, { cause });
}

type EventAct = { readonly at: Date; readonly event: AcceptedEvent };

/** Acts by the people they turn out to be of: whoever shares an identifier, directly or by way of others. */
class Groups {
  private readonly acts: { readonly act: EventAct; readonly group: number }[] = [];
  private readonly parents: number[] = [];
  private readonly owners = new Map<string, number>();

  constructor(private readonly project: SimulatedProject) {}

  add(act: EventAct): void {
    const keys = identifiersOf(act.event, this.project.workspace).map(identifierKey);
    const group = this.parents.push(this.parents.length) - 1;
    for (const key of keys) {
      const owner = this.owners.get(key);
      if (owner === undefined) this.owners.set(key, group);
      else this.parents[this.root(group)] = this.root(owner);
    }
    this.acts.push({ act, group });
  }

  people(): Person[] {
    const people = new Map<number, Act[]>();
    for (const { act, group } of this.acts) {
      const root = this.root(group);
      const acts = people.get(root) ?? [];
      people.set(root, acts);
      acts.push(act);
    }
    return [...people.values()].map((acts, place) => ({
      id: nameOf(acts) ?? `person-${place + 1}`,
      acts: acts.sort((a, b) => a.at.getTime() - b.at.getTime()),
    }));
  }

  private root(group: number): number {
    let at = group;
    for (let up = this.parents[at]; up !== undefined && up !== at; up = this.parents[at]) at = up;
    return at;
  }
}

function nameOf(acts: readonly Act[]): string | undefined {
  for (const act of acts) if ('event' in act && act.event.userId !== undefined) return act.event.userId;
  return undefined;
}
