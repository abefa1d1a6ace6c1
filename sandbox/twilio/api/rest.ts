import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Activity } from '../delivery/activity';
import { hasBasicCredentials } from './basic-auth';
import { acceptsFirst, answerBroken, Unanswered } from '../faults/broken-answer';
import { checkCreate } from './create-request';
import { countEntry, type Exchange } from '../delivery/exchange';
import type { RequestFault } from '../faults/fault';
import { type Form, field } from './form';
import type { Message } from '../messages/message';
import { listMessages } from './rest-list';
import { messageResource, rfc2822 } from './rest-resource';
import { type SandboxState, statusEntry } from '../messages/state';
import { errorBody, type TwilioError, twilioError } from './twilio-errors';

export interface RestParts {
  readonly accountSid: string;
  readonly authToken: string;
  readonly state: SandboxState;
  readonly exchange: Exchange;
  readonly activity: Activity;
  readonly numbers: readonly string[];
  readonly ownNumbersOnly: boolean;
  readonly onCanceled: (message: Message) => void;
}

/** Twilio's REST API for messages, under `/2010-04-01/Accounts/<AccountSid>`. */
export function restPlugin(parts: RestParts): FastifyPluginAsync {
  return async (app) => {
    await app.register((scope) => routes(scope, parts), { prefix: '/2010-04-01', logLevel: 'warn' });
  };
}

// What is under way is bounded: beyond this the caller is told to come back, as Twilio does.
const maxUnderWay = 20_000;

type WithSid = { Params: { sid: string } };

async function routes(app: FastifyInstance, parts: RestParts): Promise<void> {
  const { accountSid, state } = parts;
  const unanswered = new Unanswered();
  app.addHook('preClose', async () => unanswered.close());
  acceptFormsOnly(app);
  app.setErrorHandler((error: { statusCode?: number; message: string }, _request, reply) => {
    const status = error.statusCode ?? 500;
    const told = status < 500 ? { ...twilioError(20001, error.message), status } : twilioError(20500);
    if (status >= 500) app.log.error({ err: error }, 'the Twilio sandbox failed');
    return sendError(reply, told);
  });
  app.setNotFoundHandler((request, reply) => sendError(reply, notFound(request)));
  app.addHook<{ Params: { account?: string } }>('onRequest', async (request, reply) => {
    const { account } = request.params;
    const authentic = hasBasicCredentials(request.headers.authorization, {
      user: accountSid,
      password: parts.authToken,
    });
    if (!authentic || (account !== undefined && account !== accountSid)) {
      return sendError(reply.header('www-authenticate', 'Basic realm="Twilio API"'), twilioError(20003));
    }
    return undefined;
  });

  const messages = '/Accounts/:account/Messages';

  app.post<{ Body: Form | undefined }>(`${messages}.json`, async (request, reply) => {
    const checked = checkCreate(request.body ?? {}, { ...parts, now: Date.now() });
    if (!checked.ok) return sendError(reply, checked.error);
    if (parts.activity.count >= maxUnderWay) {
      return sendError(reply.header('retry-after', '1'), twilioError(20429));
    }
    const fault = await drawFault(state, { on: 'create', to: checked.request.to });
    if (fault && !acceptsFirst(fault)) return answerBroken(reply, fault, unanswered);
    const refusal = parts.exchange.refusalOf(checked.request);
    if (refusal) return sendError(reply, refusal);
    const message = await parts.exchange.accept(checked.request, 'outbound-api');
    if (fault) return answerBroken(reply, fault, unanswered);
    return reply.code(201).send(messageResource(message, accountSid));
  });

  app.get<{ Querystring: Form }>(`${messages}.json`, async (request, reply) => {
    const fault = await drawFault(state, { on: 'read', to: field(request.query, 'To') });
    if (fault) return answerBroken(reply, fault, unanswered);
    const path = `/2010-04-01/Accounts/${accountSid}/Messages.json`;
    const listing = listMessages(request.query, { messages: state.messages, accountSid, path });
    return listing.ok ? listing.body : sendError(reply, listing.error);
  });

  app.get<WithSid>(`${messages}/:sid.json`, async (request, reply) => {
    const message = state.messages.get(request.params.sid);
    const fault = await drawFault(state, { on: 'read', to: message?.to });
    if (fault) return answerBroken(reply, fault, unanswered);
    return message ? messageResource(message, accountSid) : sendError(reply, notFound(request));
  });

  app.post<WithSid & { Body: Form | undefined }>(`${messages}/:sid.json`, async (request, reply) => {
    const message = state.messages.get(request.params.sid);
    if (!message) return sendError(reply, notFound(request));
    const error = await update(message, request.body ?? {}, parts);
    return error ? sendError(reply, error) : messageResource(message, accountSid);
  });

  app.delete<WithSid>(`${messages}/:sid.json`, async (request, reply) => {
    const { sid } = request.params;
    if (!state.messages.get(sid)) return sendError(reply, notFound(request));
    await state.record({ type: 'deleted', sid });
    return reply.code(204).send();
  });

  app.post<WithSid & { Body: Form | undefined }>(`${messages}/:sid/Feedback.json`, async (request, reply) => {
    const { sid } = request.params;
    if (!state.messages.get(sid)) return sendError(reply, notFound(request));
    const outcome = field(request.body ?? {}, 'Outcome') ?? 'unconfirmed';
    if (outcome !== 'confirmed' && outcome !== 'unconfirmed') {
      return sendError(reply, twilioError(20001, "'Outcome' must be 'confirmed' or 'unconfirmed'."));
    }
    await state.record({ type: 'feedback', sid, outcome });
    const now = rfc2822(Date.now());
    return reply.send({
      account_sid: accountSid,
      date_created: now,
      date_updated: now,
      message_sid: sid,
      outcome,
      uri: `/2010-04-01/Accounts/${accountSid}/Messages/${sid}/Feedback.json`,
    });
  });
}

/** Cancels what is scheduled, or takes the text out; undefined when done. */
async function update(message: Message, form: Form, parts: RestParts): Promise<TwilioError | undefined> {
  const status = field(form, 'Status');
  if (status !== undefined) {
    if (status !== 'canceled') return twilioError(20001, "'Status' can only be set to 'canceled'.");
    if (message.status !== 'scheduled') return twilioError(30409);
    await parts.state.record(statusEntry(message, 'canceled'));
    parts.onCanceled(message);
  }
  const body = form.Body;
  if (body === undefined) return undefined;
  if (body !== '') return twilioError(20001, "'Body' can only be set to an empty text.");
  await parts.state.record({ type: 'redacted', sid: message.sid, at: Date.now() });
  return undefined;
}

async function drawFault(
  state: SandboxState,
  call: { on: 'create' | 'read'; to: string | undefined },
): Promise<RequestFault | undefined> {
  const draws = state.faults.forRequest(call);
  await state.record(...draws.map(countEntry));
  return draws.find((drawn) => drawn.fires)?.spec;
}

function notFound(request: FastifyRequest): TwilioError {
  const path = request.url.split('?', 1)[0] ?? '';
  return twilioError(20404, `The requested resource ${path} was not found`);
}

function sendError(reply: FastifyReply, error: TwilioError): FastifyReply {
  return reply.code(error.status).send(errorBody(error));
}

/** Forms whatever the rest of the server understands; parents' parsers would otherwise be inherited. */
function acceptFormsOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 256 * 1024 },
    (_request, body, done) => done(null, parseForm(body)),
  );
}

function parseForm(body: string): Form {
  const form: Record<string, string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(body)) (form[name] ??= []).push(value);
  return Object.fromEntries(
    Object.entries(form).map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  );
}
