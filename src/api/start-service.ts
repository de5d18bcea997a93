import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import { Logger, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { appModule } from '../app.module.js';
import { MedgraftError } from '../base/errors.js';
import { systemCode } from '../runs/durable-file-system.js';
import type { Environment } from '../settings/environment.js';
import type { ServiceSettings } from '../settings/service-settings.js';
import { openApiDocument } from './open-api.js';
import { PinoLogger } from './pino-logger.js';
import { ProblemFilter } from './problem.filter.js';

const BODY_LIMIT_BYTES = 1 << 20;

/**
 * Starts the HTTP service; it ends itself on SIGTERM or SIGINT.
 * @throws MedgraftError `service.public` for an address that others can reach, `service.port` when the port is taken
 */
export async function startService(
  environment: Environment,
  settings: ServiceSettings,
): Promise<NestFastifyApplication> {
  refusePublicAddress(settings.host);
  const app = await createService(environment, settings);
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  endAtOnceOnSecondSignal();
  try {
    await app.listen(settings.port, settings.host);
  } catch (error) {
    await app.close();
    throw listeningError(error, settings);
  }
  new Logger('service').log(`listening on ${await app.getUrl()}`);
  return app;
}

/** The service with everything but its socket. */
export async function createService(
  environment: Environment,
  settings: ServiceSettings,
): Promise<NestFastifyApplication> {
  const milliseconds = settings.requestTimeout * 1000;
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: milliseconds,
    connectionTimeout: milliseconds,
    handlerTimeout: milliseconds,
    forceCloseConnections: true,
    genReqId: () => randomUUID(),
  });
  const app = await NestFactory.create<NestFastifyApplication>(appModule(environment, settings), adapter, {
    logger: new PinoLogger(settings.logLevel),
    abortOnError: false,
  });
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
  app.useGlobalFilters(new ProblemFilter());
  addHooks(app);
  addOpenApi(app);
  return app;
}

function endAtOnceOnSecondSignal(): void {
  let signals = 0;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (++signals > 1) process.exit(1);
    });
  }
}

/** Every answer carries its request id; the log has method, route, status and time, never the texts asked for. */
function addHooks(app: NestFastifyApplication): void {
  const logger = new Logger('http');
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
  });
  fastify.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown route';
    const milliseconds = Math.round(reply.elapsedTime);
    logger.log({ requestId: request.id, method: request.method, route, status: reply.statusCode, milliseconds });
  });
}

function addOpenApi(app: NestFastifyApplication): void {
  let document: Promise<OpenAPIObject> | undefined;
  app
    .getHttpAdapter()
    .getInstance()
    .get('/openapi.json', async () => {
      document ??= openApiDocument(app);
      return document;
    });
}

/** There are no access keys, so nobody else may reach it. */
function refusePublicAddress(host: string): void {
  const local = host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
  if (local) return;
  throw new MedgraftError('input', 'service.public', 'the service has no access control and listens only locally', {
    place: 'host',
    expected: '127.0.0.1, ::1 or localhost',
    got: host,
    hint: 'let a reverse proxy with authentication forward to it',
  });
}

function listeningError(error: unknown, { host, port }: ServiceSettings): unknown {
  const code = systemCode(error);
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return error;
  return new MedgraftError('environment', 'service.port', 'the port cannot be used', {
    place: `${host}:${port}`,
    got: code,
    hint: 'choose another with --port or MEDGRAFT_PORT; 0 takes a free one',
    cause: error,
  });
}
