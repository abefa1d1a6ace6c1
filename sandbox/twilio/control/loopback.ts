import type { FastifyReply, FastifyRequest } from 'fastify';

/** Lets only programs and browsers of this machine in; an `onRequest` hook. */
export async function loopbackOnly(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { host, origin } = request.headers;
  if (isLocal({ address: request.socket.remoteAddress, host, origin })) return undefined;
  return reply.code(403).send({
    error: {
      code: 'loopback_only',
      message: 'The sandbox answers only to programs on the same machine, under localhost.',
    },
  });
}

/**
 * The peer's address alone is not enough: a tunnel to this port connects from here too, but names the host
 * it was reached by; and a page of some other site open in a local browser names its origin.
 */
export function isLocal(caller: {
  address: string | undefined;
  host: string | undefined;
  origin: string | undefined;
}): boolean {
  return (
    isLoopbackAddress(caller.address ?? '') &&
    isLoopbackName(hostnameOf(`http://${caller.host ?? ''}`)) &&
    (caller.origin === undefined || isLoopbackName(hostnameOf(caller.origin)))
  );
}

function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address);
}

function isLoopbackName(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}
