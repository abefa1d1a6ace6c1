import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isOrigin, isSender } from '../messages/address';
import { faultSpec } from '../faults/fault';
import { type Fault, remainingOf } from '../faults/faults';
import type { Inbound } from '../inbound/inbound';
import { readJsonBodies } from './json-bodies';
import { LiveFeed } from './live-feed';
import { loopbackOnly } from './loopback';
import type { Message } from '../messages/message';
import { contentSecurityPolicy, indexName, loadPageFiles, type PageFile } from './page-files';
import { listPhones, phoneMessages } from './phones';
import { sandboxMessage } from './sandbox-message';
import type { SandboxState } from '../messages/state';

export interface ControlParts {
  readonly state: SandboxState;
  readonly inbound: Inbound;
}

/** The sandbox's own routes and page, for programs and people of this machine. */
export function controlPlugin(parts: ControlParts): FastifyPluginAsync {
  return async (app) => {
    await app.register((scope) => routes(scope, parts), { logLevel: 'warn' });
  };
}

async function routes(app: FastifyInstance, parts: ControlParts): Promise<void> {
  const { state } = parts;
  readJsonBodies(app);
  app.addHook('onRequest', loopbackOnly);
  app.setErrorHandler(answerError);
  servePage(app);

  const live = new LiveFeed(state);
  app.addHook('preClose', async () => live.close());
  app.get('/sandbox/live', async (_request, reply) => {
    if (live.isFull())
      return refuse(reply, 503, 'too_many_readers', 'Close another page of the sandbox first.');
    live.add(reply);
    return reply;
  });

  app.get('/sandbox/messages', async (request) => {
    const query = messagesQuery.parse(request.query);
    const items: Message[] = [];
    for (const message of state.messages.after(query.after)) {
      if (!matches(message, query)) continue;
      items.push(message);
      if (items.length > query.limit) break;
    }
    const shown = items.slice(0, query.limit);
    const more = items.length > query.limit;
    return { items: shown.map(sandboxMessage), ...(more && { next: String(shown.at(-1)?.seq) }) };
  });

  app.post('/sandbox/inbound', async (request) => {
    const text = inboundBody.parse(request.body);
    const { message, webhook } = await parts.inbound.receive(text);
    const answered = webhook.ok ? { ok: true, httpStatus: webhook.status } : describeFailure(webhook);
    return { sid: message.sid, status: message.status, webhook: answered };
  });

  app.get('/sandbox/phones', async (request) => listPhones(phonesQuery.parse(request.query), state));
  app.get<{ Params: { phone: string } }>('/sandbox/phones/:phone/messages', async (request) =>
    phoneMessages(request.params.phone, phoneQuery.parse(request.query), state),
  );

  app.get('/sandbox/faults', async () => ({ items: state.faults.all().map(faultItem) }));
  app.post('/sandbox/faults', async (request, reply) => {
    const spec = faultSpec.parse(request.body);
    if (state.faults.isFull()) return refuse(reply, 409, 'too_many_faults', 'Clear the faults first.');
    const fault: Fault = { id: randomUUID(), spec, asked: 0, fired: 0 };
    await state.record({ type: 'fault', fault });
    return reply.code(201).send(faultItem(fault));
  });
  app.delete('/sandbox/faults', async (_request, reply) => {
    await state.record({ type: 'faults-cleared' });
    return reply.code(204).send();
  });
  app.delete<{ Params: { id: string } }>('/sandbox/faults/:id', async (request, reply) => {
    const { id } = request.params;
    if (!state.faults.all().some((fault) => fault.id === id)) {
      return refuse(reply, 404, 'fault_not_found', 'No fault has this id.');
    }
    await state.record({ type: 'faults-cleared', id });
    return reply.code(204).send();
  });
}

const limit = z.coerce.number().int().min(1).max(1_000).default(100);
const cursor = z
  .string()
  .regex(/^\d{1,15}$/, 'expected the `next` of an earlier answer')
  .transform(Number);

/** A `+` that was not escaped arrives as a space. */
const address = z.string().transform((text) => text.replace(/(?<=^|:) (?=\d)/, '+'));

const messagesQuery = z.strictObject({
  to: address.optional(),
  from: address.optional(),
  direction: z.enum(['outbound', 'inbound']).optional(),
  after: cursor.default(0),
  limit,
});
const phonesQuery = z.strictObject({ search: z.string().max(200).default(''), limit });
const phoneQuery = z.strictObject({ before: cursor.optional(), limit });
const inboundBody = z.strictObject({
  from: z.string().refine(isOrigin, 'expected an E.164 number, a channel address or a short code'),
  body: z.string().max(1_600),
  to: z.string().refine(isSender, 'expected one of your senders').optional(),
});

function matches(message: Message, query: z.output<typeof messagesQuery>): boolean {
  const direction = message.direction === 'inbound' ? 'inbound' : 'outbound';
  return (
    (query.to === undefined || message.to === query.to) &&
    (query.from === undefined || message.from === query.from) &&
    (query.direction === undefined || direction === query.direction)
  );
}

function faultItem(fault: Fault) {
  const { id, spec, fired } = fault;
  return { id, ...spec, fired, remaining: remainingOf(fault) ?? 'always' };
}

function describeFailure(webhook: { reason: string; status?: number }) {
  return {
    ok: false,
    reason: webhook.reason,
    ...(webhook.status !== undefined && { httpStatus: webhook.status }),
  };
}

function servePage(app: FastifyInstance): void {
  const files = loadPageFiles();
  const serve = (name: string) => async (request: FastifyRequest, reply: FastifyReply) => {
    const file = files.get(name);
    return file ? sendFile(request, reply, file) : refuse(reply, 404, 'not_found', 'No such file.');
  };
  app.get('/sandbox', serve(indexName));
  for (const name of files.keys()) app.get(`/sandbox/page/${name}`, serve(name));
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: PageFile): FastifyReply {
  reply.headers({
    'content-security-policy': contentSecurityPolicy,
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache',
    etag: file.etag,
  });
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  return reply.type(file.type).send(file.content);
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof z.ZodError) {
    const details = error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
    const first = details[0];
    const where = first?.path ? `${first.path}: ` : '';
    return refuse(reply, 400, 'invalid_request', `${where}${first?.message ?? 'not understood'}`, details);
  }
  const { statusCode = 500, message = '' } = error as { statusCode?: number; message?: string };
  if (statusCode < 500) return refuse(reply, statusCode, 'invalid_request', message);
  request.log.error({ err: error }, 'the sandbox failed');
  return refuse(reply, 500, 'internal', 'The sandbox failed; its log says why.');
}

function refuse(
  reply: FastifyReply,
  status: number,
  code: string,
  message: string,
  details?: unknown,
): FastifyReply {
  return reply.code(status).send({ error: { code, message, ...(details !== undefined && { details }) } });
}
