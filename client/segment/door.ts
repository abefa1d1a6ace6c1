import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Source } from '../../store/sources';
import { describeError } from '../http/describe-error';
import { HttpError } from '../http/http-error';
import type { IngestMetrics } from '../metrics';
import { accepted, badRequest, comeBackIn, unauthorized, unavailable } from './answers';
import type { JudgedEvent } from './commit-events';
import { allowBrowsers } from './cors';
import { judgeCall, rejection } from './judge-call';
import type { JudgeOptions } from './judge-event';
import { limits } from './limits';
import type { MicroBatcher } from './micro-batcher';
import type { Outage } from './outage';
import { type Call, type EventType, eventTypes, parseCall } from './parse-call';
import { type Body, readBody } from './read-body';
import { bootSettings } from './settings';
import type { Violation } from './violation';
import { offeredKeys, type WriteKeys } from './write-keys';

export interface SegmentDoorDeps {
  readonly writeKeys: WriteKeys;
  readonly judge: JudgeOptions;
  readonly batcher: MicroBatcher<JudgedEvent, Violation>;
  readonly outage: Outage;
  readonly metrics: IngestMetrics;
  /** Where clients reach this server; undefined: where the request says it went. */
  readonly publicUrl: string | undefined;
}

/** Segment's tracking API, as its clients use it. */
export function segmentDoor(deps: SegmentDoorDeps): FastifyPluginAsync {
  return async (app) => {
    // The content type is no guide: JSON comes under several names. Without one every body takes the same way.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', async (_request: FastifyRequest, stream: FastifyRequest['raw']) =>
      readBody(stream),
    );
    app.addHook('onRequest', async (request) => {
      delete request.raw.headers['content-type'];
    });
    allowBrowsers(app);

    for (const [path, route] of routes()) {
      app.post<{ Body: Body | undefined }>(path, async (request, reply) => take(route, request, reply, deps));
    }
    // Measurements that analytics.js makes of itself.
    app.post('/v1/m', async (_request, reply) => accepted(reply, []));
    app.get<{ Params: { writeKey: string } }>('/v1/projects/:writeKey/settings', async (request) => {
      const { writeKey } = request.params;
      if (!(await deps.writeKeys.find([writeKey]))) {
        throw new HttpError(404, 'not_found', 'No source has this write key.');
      }
      return bootSettings(writeKey, ownAddress(request, deps.publicUrl));
    });
  };
}

function* routes(): Generator<[path: string, route: 'batch' | EventType]> {
  for (const path of ['/v1/batch', '/v1/b', '/v1/import']) yield [path, 'batch'];
  for (const type of eventTypes) {
    yield [`/v1/${type}`, type];
    yield [`/v1/${type.charAt(0)}`, type];
  }
}

async function take(
  route: 'batch' | EventType,
  request: FastifyRequest<{ Body: Body | undefined }>,
  reply: FastifyReply,
  deps: SegmentDoorDeps,
): Promise<FastifyReply> {
  const body = request.body ?? { ok: false, reason: 'malformed' };
  if (!body.ok) return badRequest(reply, bodyFaults[body.reason]);
  const parsed = parseCall(route, body.text);
  if (!parsed.ok) return badRequest(reply, parsed.message);
  const found = await findSource(request, parsed.call, deps);
  if (!found.ok) return away(reply, deps);
  if (!found.source) return unauthorized(reply);
  return commit(parsed.call, found.source, reply, deps);
}

const bodyFaults = {
  malformed: 'malformed JSON',
  too_large: `a call has at most ${limits.bodyBytes} bytes`,
} as const;

async function findSource(request: FastifyRequest, call: Call, deps: SegmentDoorDeps) {
  try {
    const source = await deps.writeKeys.find(offeredKeys(request.headers, call.writeKey));
    return { ok: true, source } as const;
  } catch (error) {
    // Not known is not wrong: a 401 would make the client drop the events.
    request.log.warn({ error: describeError(error) }, 'write keys cannot be read');
    deps.outage.began();
    return { ok: false } as const;
  }
}

async function commit(
  call: Call,
  source: Source,
  reply: FastifyReply,
  deps: SegmentDoorDeps,
): Promise<FastifyReply> {
  const { places, rejected } = judgeCall(call, source, deps.judge);
  const committed = await deps.batcher.submit([...places.keys()]);
  if (!committed.ok) {
    deps.metrics.deferredCalls.inc({ reason: committed.reason });
    if (committed.reason === 'unavailable') return away(reply, deps);
    // A little apart, so that those who were sent away do not all come back at once.
    return comeBackIn(1 + Math.floor(Math.random() * 5), reply);
  }
  const setAside = [...committed.setAside].map(([event, violation]) =>
    rejection(places.get(event) ?? 0, event, [violation]),
  );
  const all = [...rejected, ...setAside].sort((one, other) => one.index - other.index);
  const refused = call.items.length - places.size;
  const { events } = deps.metrics;
  events.inc({ result: 'accepted' }, call.items.length - all.length);
  events.inc({ result: 'quarantined' }, all.length - refused);
  events.inc({ result: 'refused' }, refused);
  return accepted(reply, all);
}

function away(reply: FastifyReply, { outage }: SegmentDoorDeps): FastifyReply {
  const answer = outage.answer();
  return answer.status === 503 ? unavailable(reply) : comeBackIn(answer.retryAfter, reply);
}

function ownAddress(request: FastifyRequest, publicUrl: string | undefined): URL {
  const address = publicUrl ?? `${request.protocol}://${request.host}`;
  if (!URL.canParse(address)) throw new HttpError(400, 'bad_request', 'The header Host names no host.');
  return new URL(address);
}
