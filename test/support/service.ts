/** The service within a test: over a new workspace, with or without its socket, with keys when asked for. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Scope } from '../../src/api/access/api-key.js';
import { ApiKeys } from '../../src/api/access/api-keys.store.js';
import { OpenApi } from '../../src/api/open-api.js';
import { createService } from '../../src/api/start-service.js';
import { Workspace } from '../../src/runs/workspace.js';
import { ServiceSettings } from '../../src/settings/service-settings.js';

export interface TestService {
  home: string;
  app: NestFastifyApplication;
  keys: ApiKeys;
  /** Key of each scope, when there are keys. */
  keyOf(scope: Scope): string;
  /** Opens the socket. @returns its address */
  listen(): Promise<string>;
  close(): Promise<void>;
}

export interface TestServiceOptions {
  settings?: Partial<ServiceSettings>;
  /** Makes one key of each. */
  scopes?: readonly Scope[];
  home?: string;
}

export async function openService({ settings = {}, scopes = [], home }: TestServiceOptions = {}): Promise<TestService> {
  const folder = home ?? mkdtempSync(join(tmpdir(), 'medgraft-service-'));
  const keys = new ApiKeys(new Workspace(folder));
  const made = new Map<Scope, string>();
  for (const scope of scopes) made.set(scope, (await keys.create(scope, [scope])).key);
  const environment = { home: folder, threads: 1, benchPython: undefined, noColor: true, service: {}, neo4j: {} };
  const all = Object.assign(new ServiceSettings(), { logLevel: 'silent', port: 0, ...settings });
  const app = await createService(environment, all);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return {
    home: folder,
    app,
    keys,
    keyOf: (scope) => made.get(scope) ?? '',
    listen: async () => {
      await app.listen(0, '127.0.0.1');
      return (await app.getUrl()).replace('[::1]', '127.0.0.1');
    },
    close: async () => {
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface OpenApiRoute {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  /** With its parameters filled in. */
  url: string;
  protected: boolean;
  hasQuery: boolean;
  hasJsonBody: boolean;
}

interface Operation {
  security?: unknown[];
  parameters?: { in: string }[];
  requestBody?: { content: Record<string, unknown> };
}

/** Every route that the OpenAPI document names; not asked for over HTTP, where a test may have shortened the patience. */
export async function routesOf(app: NestFastifyApplication): Promise<OpenApiRoute[]> {
  const document = JSON.parse(await app.get(OpenApi).text()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security, parameters, requestBody }]) => ({
      method: method.toUpperCase() as OpenApiRoute['method'],
      path,
      url: path.replace(/\{[^}]+\}/g, '1'),
      protected: security !== undefined,
      hasQuery: parameters?.some((parameter) => parameter.in === 'query') ?? false,
      hasJsonBody: requestBody?.content['application/json'] !== undefined,
    })),
  );
}
