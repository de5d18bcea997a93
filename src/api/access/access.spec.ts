import { Controller, Get } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenApiRoute, openService, routesOf, type TestService } from '../../../test/support/service.js';
import { ServiceSettings } from '../../settings/service-settings.js';
import { startService } from '../start-service.js';
import { ACCESS } from './access.decorator.js';
import { SCOPES, type Scope } from './api-key.js';

/** S10, S15: who is let in. */
let service: TestService;
let routes: OpenApiRoute[];
beforeAll(async () => {
  service = await openService({ scopes: SCOPES });
  routes = await routesOf(service.app);
});
afterAll(() => service.close());

async function statusOf({ method, url }: Pick<OpenApiRoute, 'method' | 'url'>, key?: string): Promise<number> {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  return (await service.app.inject({ method, url, headers })).statusCode;
}

describe('every route of the OpenAPI document', () => {
  it('but liveness asks for a key', () => {
    expect(routes.length).toBeGreaterThan(15);
    expect(routes.filter((route) => !route.protected).map(({ path }) => path)).toEqual(['/health/live']);
  });

  it('answers 401 without a key, with a wrong, an expired and a revoked one, and 403 when a scope lacks', async () => {
    const { key: expired } = await service.keys.create('expired', ['admin'], new Date(Date.now() - 1000));
    const { key: revoked, view } = await service.keys.create('revoked', ['admin']);
    await service.keys.revoke(view.id);
    const wrong = `${service.keyOf('admin').slice(0, -3)}AAA`;
    // The service looks at the file again within half a second.
    await new Promise((resolve) => setTimeout(resolve, 600));
    const counts = { none: 0, wrong: 0, expired: 0, revoked: 0, lacking: 0 };
    for (const route of routes.filter((each) => each.protected)) {
      for (const [name, key] of Object.entries({ none: undefined, wrong, expired, revoked })) {
        expect(await statusOf(route, key), `${name} ${route.method} ${route.path}`).toBe(401);
        counts[name as keyof typeof counts]++;
      }
      const refused: Scope[] = [];
      for (const scope of SCOPES) if ((await statusOf(route, service.keyOf(scope))) === 403) refused.push(scope);
      expect(refused, `${route.method} ${route.path}`).not.toContain('admin');
      // Each route belongs to one scope: the others are refused.
      const needed = SCOPES.filter((scope) => !refused.includes(scope) && scope !== 'admin');
      expect(refused.length, `${route.method} ${route.path}`).toBe(needed.length === 1 ? 2 : 3);
      counts.lacking += refused.length;
    }
    process.stdout.write(`S10: refused ${JSON.stringify(counts)} of ${routes.length} routes\n`);
  });

  it('has a policy on its handler or class', () => {
    const modules = [...service.app.get(ModulesContainer, { strict: false }).values()];
    const controllers = modules.flatMap((module) => [...module.controllers.values()].map(({ metatype }) => metatype));
    expect(controllers.length).toBeGreaterThan(5);
    expect(controllers.flatMap((controller) => routesWithoutPolicy(controller as new () => object))).toEqual([]);
  });
});

/** Handlers with an HTTP method whose access nobody stated. */
function routesWithoutPolicy(controller: new () => object): string[] {
  if (Reflect.hasMetadata(ACCESS, controller)) return [];
  return Object.getOwnPropertyNames(controller.prototype)
    .map((name) => [name, (controller.prototype as Record<string, unknown>)[name]] as const)
    .filter(([, handler]) => typeof handler === 'function' && Reflect.hasMetadata('method', handler))
    .filter(([, handler]) => !Reflect.hasMetadata(ACCESS, handler as object))
    .map(([name]) => `${controller.name}.${name}`);
}

describe('a route without a policy', () => {
  @Controller('bare')
  class Bare {
    @Get()
    read(): string {
      return 'x';
    }
  }

  it('is found by the test above', () => {
    expect(routesWithoutPolicy(Bare)).toEqual(['Bare.read']);
  });
});

describe('while there is no key', () => {
  let open: TestService;
  beforeAll(async () => {
    open = await openService();
  });
  afterAll(() => open.close());

  it.each([
    [{ host: 'localhost:8080' }, 200],
    [{ host: '127.0.0.1:8080' }, 200],
    [{ host: '[::1]:8080' }, 200],
    [{ host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' }, 200],
    [{ host: 'evil.example:8080' }, 403],
    [{ host: '127.0.0.1.evil.example' }, 403],
    [{ host: '127.0.0.1:8080', origin: 'https://evil.example' }, 403],
    [{ host: '127.0.0.1:8080', origin: 'null' }, 403],
  ])('%j is answered with %i', async (headers, status) => {
    const answer = await open.app.inject({ method: 'GET', url: '/v1/jobs', headers });
    expect(answer.statusCode).toBe(status);
  });

  it.each(['0.0.0.0', '::', '192.168.0.7', 'example.org'])('%s is no address to listen on', async (host) => {
    const environment = { home: open.home, threads: 1, benchPython: undefined, noColor: true, service: {}, neo4j: {} };
    const settings = Object.assign(new ServiceSettings(), { host, logLevel: 'silent' });
    await expect(startService(environment, settings)).rejects.toMatchObject({ code: 'service.public' });
  });

  it('a key made by the command line closes the door within a second', async () => {
    await open.keys.create('me', ['read']);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect((await open.app.inject({ method: 'GET', url: '/v1/jobs' })).statusCode).toBe(401);
  });
});
