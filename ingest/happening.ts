import type { EventDefinition } from '../catalog/define';
import { runProperties } from '../rules/run-properties';
import type { RunEvent } from '../workflows/runtime/contract';
import type { JsonObject } from './accepted-event';

/** A place in the order of what happened; its number is known when the transaction writes. */
export interface Mark {
  seq: number;
}

/** An event as it is stored and takes effect. */
export interface Happening {
  readonly mark: Mark;
  readonly messageId: string;
  readonly type: string;
  readonly name: string | null;
  readonly properties: JsonObject;
  readonly context: JsonObject | null;
  readonly eventVersion: number | null;
  readonly source: string;
  readonly timestamp: Date;
  readonly receivedAt: Date;
  readonly originalTimestamp: Date | null;
  readonly sentAt: Date | null;
}

/** A track: only these start, end and wake runs. */
export type Track = Happening & { readonly name: string };

export function isTrack(happening: Happening): happening is Track {
  return happening.type === 'track' && happening.name !== null;
}

/** What of a track waits go by. */
export type HeardTrack = Pick<
  Track,
  'mark' | 'messageId' | 'name' | 'receivedAt' | 'timestamp' | 'properties'
>;

/** The event as a run sees it, once its mark has its number. */
export function runEvent(track: HeardTrack, definition: EventDefinition | undefined): RunEvent {
  return {
    seq: track.mark.seq,
    messageId: track.messageId,
    name: track.name,
    receivedAt: track.receivedAt.getTime(),
    timestamp: track.timestamp.getTime(),
    properties: runProperties(definition, track.properties),
  };
}
