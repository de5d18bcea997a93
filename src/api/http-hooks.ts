/**
 * What holds for every request whatever its route: an id in the answer and the log, a count and a duration, an end to
 * clients that send a body drop by drop, and the body limit that a route's config names.
 */
import { BadRequestException, Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from './metrics.js';
import { RequestError } from './request-error.js';

/** What a route may say of itself by `@RouteConfig`. */
export interface RouteLimits {
  /** Bytes of its JSON body. */
  bodyLimit?: number;
  /** It streams a file or events: the time of an answer does not hold. */
  slow?: boolean;
}

const RESERVED_KEYS = ['__proto__', 'constructor', 'prototype'];
/** For an answer to be read by a client whose body is not wanted any more. */
const LINGER_MILLISECONDS = 500;
const LONGEST_ANSWER_MILLISECONDS = 6 * 3_600_000;

/** @param patienceMilliseconds for a body to arrive; multipart watches its own progress */
export function addHttpHooks(fastify: FastifyInstance, metrics: () => Metrics, patienceMilliseconds: number): void {
  const logger = new Logger('http');
  fastify.addHook('onRoute', (route) => {
    const { bodyLimit } = (route.config ?? {}) as RouteLimits;
    if (bodyLimit !== undefined) route.bodyLimit = bodyLimit;
  });
  fastify.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).header('cache-control', 'no-store');
    if (hasPlainBody(request)) cutOffWhenSlow(request, patienceMilliseconds);
  });
  fastify.addHook('preHandler', async (request, reply) => {
    const { slow } = request.routeOptions.config as RouteLimits;
    answerInTime(reply, slow ? LONGEST_ANSWER_MILLISECONDS : patienceMilliseconds);
  });
  // Nest would drop these keys without a word.
  fastify.addHook('preValidation', async (request) => refuseReservedKeys([request.query, request.body]));
  fastify.addHook('onResponse', async (request, reply) => {
    dropUnreadBody(request);
    const route = request.routeOptions.url ?? 'unknown route';
    const { method } = request;
    const { statusCode: status, elapsedTime } = reply;
    metrics().count(method, route, status, elapsedTime / 1000);
    logger.log({ requestId: request.id, method, route, status, milliseconds: Math.round(elapsedTime) });
  });
}

/** Fastify's own handlerTimeout ends with the request's body, so that it does not hold where there is one. */
function answerInTime(reply: FastifyReply, milliseconds: number): void {
  const timer = setTimeout(() => {
    // A stream that has begun, or one that is its own master, is left alone.
    if (reply.sent || reply.raw.headersSent) return;
    void reply.send(new RequestError(503, 'request.timeout', 'there was no answer in time', 'try again later'));
  }, milliseconds);
  timer.unref();
  reply.raw.once('close', () => clearTimeout(timer));
}

function refuseReservedKeys(values: unknown[]): void {
  while (values.length > 0) {
    const value = values.pop();
    if (typeof value !== 'object' || value === null) continue;
    const reserved = Object.keys(value).find((key) => RESERVED_KEYS.includes(key));
    if (reserved !== undefined) throw new BadRequestException(`property ${reserved} should not exist`);
    values.push(...Object.values(value));
  }
}

/** A client that was refused and goes on sending is cut off. */
function dropUnreadBody({ raw }: FastifyRequest): void {
  if (raw.complete !== false) return;
  const drop = () => {
    if (!raw.complete) raw.destroy();
  };
  setTimeout(drop, LINGER_MILLISECONDS).unref();
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
