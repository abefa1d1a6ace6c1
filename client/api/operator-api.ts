import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { Database } from '../../store/database';
import { answerError, answerNotFound } from '../http/error-handler';
import { HttpError } from '../http/http-error';
import { sameDigest, sha256 } from '../http/secrets';
import { customerRoutes } from './customer-routes';
import { journeyRoutes, type JourneyDefinition } from './journey-routes';
import { listRoutes } from './list-routes';
import { type QuarantineDoor, quarantineRoutes } from './quarantine-routes';
import { readmitRoutes } from './readmit-routes';
import { reviewRoutes } from './review-routes';
import { switchRoutes } from './switch-routes';
import { launchRoutes, type LaunchRoutesDeps } from './launch-routes';
import type { ReadContext } from './customer';
import { whyRoutes } from './why-routes';
import { toOpenApi, useZod } from './zod-http';

export interface OperatorApiDeps extends ReadContext {
  readonly db: Database;
  /** What an operator must present as bearer token. */
  readonly apiToken: string;
  /** The journeys there are, so that one nobody has entered shows too. */
  readonly journeys: readonly JourneyDefinition[];
  readonly quarantine: QuarantineDoor;
  /** What launches go by. */
  readonly launch: Omit<LaunchRoutesDeps, 'db'>;
  /** Requests a minute from one address without the token. Default 300. */
  readonly strangerRate?: number;
}

/**
 * The operator's routes, `/api/…`, with their own security headers, rate limit and error answers. Names in the path
 * may be long: the server needs `routerOptions: { maxParamLength: 1000 }`.
 */
export function operatorApi(deps: OperatorApiDeps): FastifyPluginAsync {
  const isOperator = bearerCheck(deps.apiToken);
  return async (parent) => {
    await parent.register(
      async (scope) => {
        const app = useZod(scope);
        app.setErrorHandler(answerError);
        await app.register(helmet);
        await app.register(rateLimit, {
          timeWindow: 60_000,
          keyGenerator: (request) => (isOperator(request) ? 'operator' : request.ip),
          max: (request) => (isOperator(request) ? OPERATOR_RATE : (deps.strangerRate ?? 300)),
          errorResponseBuilder: (_request, { after }) =>
            new HttpError(429, 'rate_limited', `Too many requests; go on in ${after}.`),
        });
        app.setNotFoundHandler(answerNotFound);
        readJsonBodies(app);
        await app.register(swagger, {
          openapi: {
            info: { title: 'Jornada operator API', version: '1' },
            components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
            security: [{ token: [] }],
          },
          transform: ({ schema, url }) => ({ schema: toOpenApi(schema), url }),
        });
        app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
        await app.register(async (guarded) => {
          // Behind the rate limit, which is an `onRequest` hook of each route, and before any body is read.
          guarded.addHook('preParsing', async (request) => {
            if (isOperator(request)) return;
            throw new HttpError(
              401,
              'unauthorized',
              'Send the API token: "Authorization: Bearer <JORNADA_API_TOKEN>".',
            );
          });
          const routes = useZod(guarded);
          customerRoutes(routes, deps);
          whyRoutes(routes, deps);
          listRoutes(routes, deps);
          journeyRoutes(routes, deps);
          switchRoutes(routes, deps);
          launchRoutes(routes, { db: deps.db, ...deps.launch });
          readmitRoutes(routes, { db: deps.db, project: deps.launch.project });
          quarantineRoutes(routes, deps);
          reviewRoutes(routes, deps);
        });
      },
      { prefix: '/api' },
    );
  };
}

/** Requests a minute from those with the token. */
const OPERATOR_RATE = 60_000;

/**
 * Reads every body as JSON, whatever its content type: `curl -d` calls it a form, and clients that always say
 * `application/json` say it of an empty body too, which is none.
 */
function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('*', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else {
      void parse(request, body, (error, value) =>
        error ? done(new HttpError(400, 'bad_request', 'The body is not JSON.')) : done(null, value),
      );
    }
  });
}

function bearerCheck(apiToken: string): (request: FastifyRequest) => boolean {
  const expected = sha256(apiToken);
  return ({ headers: { authorization = '' } }) => {
    const token = /^bearer +(.+)$/i.exec(authorization)?.[1];
    return token !== undefined && sameDigest(sha256(token.trim()), expected);
  };
}
