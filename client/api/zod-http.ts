import type { FastifyInstance, FastifySchema, FastifyTypeProvider } from 'fastify';
import { z } from 'zod';
import { HttpError } from '../http/http-error';

/** Makes fastify judge routes by zod schemas: a breach is a 400 `invalid_request` that lists where. */
export function useZod(app: FastifyInstance) {
  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => (data: unknown) => {
    const result = schema.safeParse(data);
    return result.success ? { value: result.data } : { error: invalid(httpPart ?? 'request', result.error) };
  });
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  return app.withTypeProvider<ZodTypes>();
}

export type ZodApp = ReturnType<typeof useZod>;

interface ZodTypes extends FastifyTypeProvider {
  validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown;
}

/** The schemas of a route as OpenAPI writes them. */
export function toOpenApi(schema: FastifySchema): FastifySchema {
  const parts = Object.entries(schema).map(([part, value]) => {
    if (part === 'response') return [part, inEach(value as { readonly [status: string]: unknown })];
    return [part, toJsonSchema(value)];
  });
  return Object.fromEntries(parts) as FastifySchema;
}

function inEach(responses: { readonly [status: string]: unknown }): object {
  return Object.fromEntries(
    Object.entries(responses).map(([status, value]) => [
      status,
      { description: status, content: { 'application/json': { schema: toJsonSchema(value) } } },
    ]),
  );
}

function toJsonSchema(value: unknown): unknown {
  if (!(value instanceof z.ZodType)) return value;
  return z.toJSONSchema(value, { target: 'openapi-3.0', unrepresentable: 'any' });
}

function invalid(part: string, error: z.ZodError): HttpError {
  const details = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  const where = places[part] ?? part;
  return new HttpError(
    400,
    'invalid_request',
    `The ${where} is not as it should be: ${z.prettifyError(error)}`,
    details,
  );
}

const places: { readonly [part: string]: string } = { querystring: 'query', params: 'path' };
