import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { appModule } from '../app.module.js';
import { MedgraftError } from '../base/errors.js';
import { systemCode } from '../runs/durable-file-system.js';
import { openJobQueue } from '../runs/job-open-queue.js';
import { Workspace } from '../runs/workspace.js';
import type { Environment } from '../settings/environment.js';
import type { ServiceSettings } from '../settings/service-settings.js';
import { ApiKeys } from './access/api-keys.store.js';
import { isLoopback } from './access/loopback.js';
import { addPlugins, createAdapter } from './http-adapter.js';
import { addHttpHooks } from './http-hooks.js';
import { Metrics } from './metrics.js';
import { OpenApi } from './open-api.js';
import { PinoLogger } from './pino-logger.js';
import { ProblemFilter } from './problem.filter.js';
import { RequestValidation } from './request-validation.js';

/**
 * Starts the HTTP service; it ends itself on SIGTERM or SIGINT.
 * @throws MedgraftError `service.public` for an address that others can reach while there is no valid API key,
 *   `service.port` when the port is taken
 */
export async function startService(
  environment: Environment,
  settings: ServiceSettings,
): Promise<NestFastifyApplication> {
  refusePublicWithoutKey(settings.host, new ApiKeys(new Workspace(environment.home)));
  const app = await createService(environment, settings);
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  endAtOnceOnSecondSignal();
  try {
    await app.listen(settings.port, settings.host);
  } catch (error) {
    await app.close();
    throw listeningError(error, settings);
  }
  new Logger('service').log(
    `listening on ${await app.getUrl()}${isLoopback(settings.host) ? '' : ` (${settings.host})`}`,
  );
  return app;
}

/** The service with everything but its socket. */
export async function createService(
  environment: Environment,
  settings: ServiceSettings,
): Promise<NestFastifyApplication> {
  const queue = await openJobQueue(new Workspace(environment.home), settings);
  const adapter = createAdapter(settings);
  const app = await NestFactory.create<NestFastifyApplication>(appModule(environment, settings, queue), adapter, {
    logger: new PinoLogger(settings.logLevel),
    abortOnError: false,
  });
  await addPlugins(app);
  app.useGlobalPipes(new RequestValidation());
  app.useGlobalFilters(new ProblemFilter());
  addHttpHooks(adapter.getInstance(), () => app.get(Metrics), settings.requestTimeout * 1000);
  app.get(OpenApi).describe(app);
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

function refusePublicWithoutKey(host: string, keys: ApiKeys): void {
  if (isLoopback(host) || keys.anyValid) return;
  throw new MedgraftError('input', 'service.public', 'an address that others can reach needs an API key', {
    place: 'host',
    expected: 'a valid key in this workspace, or 127.0.0.1, ::1 or localhost',
    got: host,
    hint: 'medgraft keys create --name <who> --scopes read,jobs,files',
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
