/**
 * Who sends a request: the valid key it carries, or the address it comes from. Fastify gives the address, reading
 * X-Forwarded-For only behind trusted proxies.
 */
import { isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { ApiKeyRecord } from './api-key.js';
import type { ApiKeys } from './api-keys.store.js';

export interface Caller {
  key?: ApiKeyRecord;
  /** Something was presented as a key. */
  presented: boolean;
}

const CALLER = Symbol('medgraft.caller');

/** Looks once a request. The key comes as `Authorization: Bearer <key>` or `X-Api-Key: <key>`. */
export function callerOf(request: FastifyRequest, keys: ApiKeys): Caller {
  const marked = request as FastifyRequest & { [CALLER]?: Caller };
  marked[CALLER] ??= identify(request, keys);
  return marked[CALLER];
}

/** By key, else by address; of IPv6 the network of 64 bits, which one customer has to themselves. */
export function trackerOf(request: FastifyRequest, { key }: Caller): string {
  if (key) return `key ${key.id}`;
  return isIPv6(request.ip) ? `net ${networkOf(request.ip)}` : `ip ${request.ip}`;
}

function identify({ headers }: FastifyRequest, keys: ApiKeys): Caller {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const presented = bearer ?? headers['x-api-key'];
  if (typeof presented !== 'string') return { presented: headers.authorization !== undefined };
  return { presented: true, key: keys.find(presented) };
}

function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  const [head, tail] = address.split('%')[0].split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].slice(0, 4).join(':');
}
