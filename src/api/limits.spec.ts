import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openService, routesOf, type TestService } from '../../test/support/service.js';
import { STAGES } from '../stages.js';

/** S7, S8, S9: what a request may hold, how large it may be, and how long it may take. */
const MIB = 2 ** 20;
const PATIENCE_SECONDS = 1;

let service: TestService;
let base: string;
beforeAll(async () => {
  service = await openService({ settings: { requestTimeout: PATIENCE_SECONDS, uploadLimit: 1 } });
  base = await service.listen();
});
afterAll(() => service.close());

function jsonOf(bytes: number): string {
  const start = '{"stage":"kg.rank","settings":{"kg":"';
  return `${start}${'x'.repeat(bytes - start.length - 3)}"}}`;
}

async function post(path: string, body: BodyInit, headers: Record<string, string> = {}): Promise<number> {
  const answer = await fetch(`${base}${path}`, { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
  await answer.arrayBuffer();
  return answer.status;
}

/** Sent in chunks, without a length. */
function chunked(text: string): BodyInit {
  return Readable.toWeb(Readable.from([Buffer.from(text)])) as unknown as BodyInit;
}

function form(bytes: number, name = 'a.csv'): FormData {
  const data = new FormData();
  data.append('file', new Blob([new Uint8Array(bytes)]), name);
  return data;
}

const JSON_TYPE = { 'content-type': 'application/json' };

describe('a body over its limit by one byte', () => {
  it('is refused with 413 as JSON, chunked and as a form, and one at the limit is not', async () => {
    expect(await post('/v1/jobs', jsonOf(MIB), JSON_TYPE)).toBe(400);
    expect(await post('/v1/jobs', jsonOf(MIB + 1), JSON_TYPE)).toBe(413);
    expect(await post('/v1/jobs', chunked(jsonOf(MIB)), JSON_TYPE)).toBe(400);
    expect(await post('/v1/jobs', chunked(jsonOf(MIB + 1)), JSON_TYPE)).toBe(413);
    expect(await post('/v1/files', form(MIB + 1))).toBe(413);
    expect(readdirSync(join(service.home, 'uploads'))).toEqual([]);
    expect(await post('/v1/files', form(MIB))).toBe(201);
    expect(await post('/v1/jobs/1/cancel', 'x'.repeat((64 << 10) + 1), JSON_TYPE)).toBe(413);
  });

  it('is no multipart with a thousand parts, and no other type', async () => {
    const data = new FormData();
    for (let i = 0; i < 17; i++) data.append('file', new Blob(['x']), `f${i}.csv`);
    expect(await post('/v1/files', data)).toBe(413);
    expect(await post('/v1/files', '{}', JSON_TYPE)).toBe(415);
    expect(await post('/v1/jobs', '<job/>', { 'content-type': 'application/xml' })).toBe(415);
  });
});

describe('a slow client', () => {
  /** Sends the head, then a byte now and then. @returns seconds until it was cut off */
  function drip(head: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const start = performance.now();
      const url = new URL(base);
      const socket = connect(Number(url.port), url.hostname, () => socket.write(head));
      const drops = setInterval(() => socket.write('x'), 100);
      const late = setTimeout(() => reject(new Error('it was never cut off')), 15_000);
      socket.on('error', () => undefined);
      socket.resume();
      socket.on('close', () => {
        clearInterval(drops);
        clearTimeout(late);
        resolve((performance.now() - start) / 1000);
      });
    });
  }

  it('is cut off in the head, in a JSON body and in an upload', async () => {
    const head = 'POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\n';
    const json = `${head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n`;
    const boundary = '--b\r\nContent-Disposition: form-data; name="file"; filename="slow.csv"\r\n\r\n';
    const type = 'Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n';
    const upload = `${head.replace('jobs', 'files')}${type}${boundary}`;
    const seconds = await Promise.all([drip(`${head}X-Slow: `), drip(json), drip(upload)]);
    process.stdout.write(
      `S9: cut off after ${seconds.map((each) => each.toFixed(1)).join(', ')} s of ${PATIENCE_SECONDS} s\n`,
    );
    expect(readdirSync(join(service.home, 'uploads')).filter((name) => name.includes('slow'))).toEqual([]);
  });
});

describe('an answer that takes too long', () => {
  it('is a problem with 503, and no lost connection', async () => {
    const holder = new Database(join(service.home, 'jobs.db'));
    holder.exec('BEGIN IMMEDIATE');
    const body = JSON.stringify({ stage: 'kg.rank', settings: { kg: 'a' } });
    const answer = await fetch(`${base}/v1/jobs`, { method: 'POST', body, headers: JSON_TYPE });
    holder.exec('ROLLBACK');
    holder.close();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      503,
      expect.stringContaining('application/problem+json'),
    ]);
    expect(await answer.json()).toMatchObject({ code: 'request.timeout', requestId: expect.any(String) });
  });
});

describe('an unknown field', () => {
  it('is refused in every query and body', async () => {
    const routes = await routesOf(service.app);
    const checked: string[] = [];
    for (const { method, url, path, hasQuery, hasJsonBody } of routes) {
      if (!hasQuery && !hasJsonBody) continue;
      const payload = hasJsonBody ? { unknownField: 1, stage: 'kg.rank', settings: { kg: 'a' } } : undefined;
      const query = hasQuery ? '?unknownField=1' : '';
      const answer = await service.app.inject({ method, url: `${url}${query}`, payload });
      expect(answer.statusCode, path).toBe(400);
      expect(answer.json(), path).toMatchObject({ detail: expect.stringContaining('unknownField should not exist') });
      checked.push(`${method} ${path}`);
    }
    expect(checked).toEqual(expect.arrayContaining(['POST /v1/jobs', 'GET /v1/jobs', 'POST /v1/files']));
    process.stdout.write(`S8: unknown fields refused by ${checked.length} routes with a query or a body\n`);
  });

  it('is refused in the settings of every stage', async () => {
    for (const { name } of STAGES) {
      const payload = { stage: name, settings: { kg: 'a', isAdmin: true } };
      const answer = await service.app.inject({ method: 'POST', url: '/v1/jobs', payload });
      expect(answer.json(), name).toMatchObject({ status: 400, code: 'settings.invalid' });
    }
  });
});

describe('__proto__, constructor and prototype', () => {
  it.each([
    '{"__proto__":{"polluted":1},"stage":"kg.rank","settings":{"kg":"a"}}',
    '{"constructor":{"prototype":{"polluted":1}},"stage":"kg.rank","settings":{"kg":"a"}}',
    '{"stage":"kg.rank","settings":{"kg":"a","__proto__":{"polluted":1}}}',
    '{"stage":"kg.rank","settings":{"kg":"a","constructor":{"prototype":{"polluted":1}}}}',
    '{"stage":"kg.rank","settings":{"kg":"a","prototype":1}}',
    '{"stage":"__proto__","settings":{}}',
    '{"stage":"constructor","settings":{}}',
    '{"stage":"kg.rank","settings":{"kg":"__proto__"}}',
  ])('are refused or plain data in %s', async (payload) => {
    const answer = await service.app.inject({ method: 'POST', url: '/v1/jobs', payload, headers: JSON_TYPE });
    expect(answer.statusCode).toBe(400);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it.each(['/v1/jobs?__proto__[a]=1', '/v1/jobs?constructor=1', '/v1/jobs?state=__proto__', '/v1/runs/__proto__'])(
    'are refused or not found in %s',
    async (url) => {
      expect((await service.app.inject({ method: 'GET', url })).statusCode).toBeGreaterThanOrEqual(400);
      expect(Object.keys(Object.prototype)).toEqual([]);
    },
  );
});
