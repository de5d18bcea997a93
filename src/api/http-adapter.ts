/**
 * The Fastify server with every limit set, since its defaults wait for ever: time for headers, bodies and answers, idle
 * sockets, body sizes, proxies that are believed, and headers that browsers obey.
 */
import { randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { ServiceSettings } from '../settings/service-settings.js';

const BODY_LIMIT_BYTES = 64 << 10;
const LONGEST_PARAMETER = 1000;
const KEEP_ALIVE_MILLISECONDS = 10_000;
/** Node looks for slow clients so often. */
const CHECK_MILLISECONDS = 1000;
/** For a whole request, uploads of many gigabytes included; bodies and uploads are watched more closely. */
const LONGEST_REQUEST_MILLISECONDS = 6 * 3_600_000;

/** Scripts, styles and calls of our own pages only; nothing inline, nothing from elsewhere, no frames. */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

export function createAdapter(settings: ServiceSettings): FastifyAdapter {
  const milliseconds = settings.requestTimeout * 1000;
  const proxies = settings.trustedProxies.flatMap((list) => list.split(',')).map((proxy) => proxy.trim());
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: LONGEST_REQUEST_MILLISECONDS,
    // Longer than an answer may take, or the socket would be gone before the refusal is sent.
    connectionTimeout: milliseconds + KEEP_ALIVE_MILLISECONDS * 2,
    keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
    http: { headersTimeout: milliseconds, connectionsCheckingInterval: CHECK_MILLISECONDS },
    forceCloseConnections: true,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    trustProxy: proxies.length > 0 ? proxies : false,
    genReqId: () => randomUUID(),
    multipart: false,
  });
}

export async function addPlugins(app: NestFastifyApplication): Promise<void> {
  await app.register(helmet, { contentSecurityPolicy: CONTENT_SECURITY_POLICY, global: false });
  setHelmetHeaders(app.getHttpAdapter().getInstance());
  await app.register(multipart, { throwFileSizeLimit: false });
}

/** Helmet's headers are the same for every answer: they are taken from the first, since making them costs a tenth of a request. */
function setHelmetHeaders(fastify: FastifyInstance): void {
  let headers: OutgoingHttpHeaders | undefined;
  fastify.addHook('onRequest', async (_request, reply) => {
    if (headers !== undefined) reply.headers(headers);
    else {
      const before = { ...reply.raw.getHeaders() };
      await reply.helmet();
      headers = Object.fromEntries(Object.entries(reply.raw.getHeaders()).filter(([name]) => !(name in before)));
    }
  });
}
