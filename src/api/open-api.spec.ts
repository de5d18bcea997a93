import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openService, type TestService } from '../../test/support/service.js';
import { openApiDocument } from './open-api.js';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};

let service: TestService;
beforeAll(async () => {
  service = await openService({ scopes: ['read'] });
});
afterAll(() => service.close());

describe('the OpenAPI document', () => {
  it('is the one in docs/openapi.json; node scripts/openapi.mjs writes it', async () => {
    const committed = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'));
    const answer = await service.app.inject({ method: 'GET', url: '/openapi.json' });
    expect(answer.json()).toEqual(committed);
  });

  it('describes each route: a summary, what succeeds, and the shape of a problem', async () => {
    const document = await openApiDocument(service.app);
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const operation of Object.values(methods as Record<string, { summary?: string; responses: object }>)) {
        expect(operation.summary, path).toBeTruthy();
        expect(
          Object.keys(operation.responses).some((status) => status.startsWith('2')),
          path,
        ).toBe(true);
        expect(operation.responses, path).toHaveProperty('default');
      }
    }
  });
});

describe('the page for it', () => {
  it('needs no key and has no inline script, and a policy that would forbid one', async () => {
    const page = await service.app.inject({ method: 'GET', url: '/docs' });
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|javascript:|<style|\sstyle=/i);
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    for (const [, link] of page.body.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const file = await service.app.inject({ method: 'GET', url: `/${link}` });
      expect(file.statusCode, link).toBe(200);
      expect(file.headers['content-type'], link).toContain(TYPES[link.slice(link.lastIndexOf('.'))]);
    }
  });

  it.each(['package.json', '..%2fpackage.json', '%2e%2e%2f%2e%2e%2fpackage.json', 'index.html', '__proto__'])(
    'gives no other file: %s',
    async (file) => {
      expect((await service.app.inject({ method: 'GET', url: `/docs/${file}` })).statusCode).toBe(404);
    },
  );
});

describe('every answer', () => {
  it('carries strict headers and is for no other site', async () => {
    for (const url of ['/health/live', '/v1/jobs', '/nothing']) {
      const headers = { origin: 'https://evil.example' };
      const answer = await service.app.inject({ method: 'GET', url, headers });
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'SAMEORIGIN',
        'referrer-policy': 'no-referrer',
      });
      expect(answer.headers['content-security-policy'], url).toContain("default-src 'none'");
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
      expect(answer.headers).not.toHaveProperty('x-powered-by');
    }
  });
});
