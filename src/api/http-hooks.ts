/**
 * What holds for every request whatever its route: an id in the answer and the log, a count and a duration, an end to
 * clients that send a body drop by drop, and the body limit that a route's config names.
 */
import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Metrics } from './metrics.js';

/** What a route may say of itself by `@RouteConfig`. */
export interface RouteLimits {
  /** Bytes of its JSON body. */
  bodyLimit?: number;
  /** It streams a file or events: the time of an answer does not hold. */
  slow?: boolean;
}

const LONGEST_ANSWER_MILLISECONDS = 6 * 3_600_000;

/** @param patienceMilliseconds for a body to arrive; multipart watches its own progress */
export function addHttpHooks(fastify: FastifyInstance, metrics: () => Metrics, patienceMilliseconds: number): void {
  const logger = new Logger('http');
  fastify.addHook('onRoute', (route) => {
    const { bodyLimit, slow } = (route.config ?? {}) as RouteLimits;
    if (bodyLimit !== undefined) route.bodyLimit = bodyLimit;
    route.handlerTimeout = slow ? LONGEST_ANSWER_MILLISECONDS : patienceMilliseconds;
  });
  fastify.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).header('cache-control', 'no-store');
    if (hasPlainBody(request)) cutOffWhenSlow(request, patienceMilliseconds);
  });
  fastify.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown route';
    const { method } = request;
    const { statusCode: status, elapsedTime } = reply;
    metrics().count(method, route, status, elapsedTime / 1000);
    logger.log({ requestId: request.id, method, route, status, milliseconds: Math.round(elapsedTime) });
  });
}

function hasPlainBody({ headers, method }: FastifyRequest): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  return !headers['content-type']?.startsWith('multipart/form-data');
}

function cutOffWhenSlow({ raw }: FastifyRequest, milliseconds: number): void {
  const timer = setTimeout(() => raw.socket.destroy(), milliseconds);
  const forget = () => clearTimeout(timer);
  raw.once('end', forget);
  raw.once('close', forget);
}
