import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openService, type TestService } from '../../test/support/service.js';
import { traversalPayloads } from '../../test/support/traversal-payloads.js';
import { parseRange } from './file-download.js';

const RUN = 'kg.embed-toy-0123abcd';
const CONTENT = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251));

let service: TestService;
beforeAll(async () => {
  service = await openService();
  const folder = join(service.home, 'runs', RUN);
  mkdirSync(join(folder, 'checkpoint-5'), { recursive: true });
  const record = { stage: 'kg.embed', hash: 'h', labels: { kg: 'toy' }, settings: { kg: 'toy' }, inputs: {} };
  const times = { startedAt: '2026-01-01T00:00:00Z', sessions: 1, seconds: 2 };
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...record, ...times }));
  writeFileSync(join(folder, 'checkpoint-5', 'model.safetensors'), CONTENT);
  writeFileSync(join(folder, 'empty.txt'), '');
  writeFileSync(join(folder, '.lock'), 'x');
  writeFileSync(join(service.home, 'outside.txt'), 'secret');
  symlinkSync(join(service.home, 'outside.txt'), join(folder, 'link.txt'));
});
afterAll(() => service.close());

const get = (url: string, headers = {}) => service.app.inject({ method: 'GET', url, headers });
const fileOf = (path: string) => `/v1/runs/${RUN}/files/${path}`;

async function upload(
  name: string,
  content: string,
  query = '',
): Promise<{ status: number; body: Record<string, unknown> }> {
  const data = new FormData();
  data.append('file', new Blob([content]), name);
  const request = new Request('http://localhost/', { method: 'POST', body: data });
  const answer = await service.app.inject({
    method: 'POST',
    url: `/v1/files${query}`,
    payload: Buffer.from(await request.arrayBuffer()),
    headers: { 'content-type': request.headers.get('content-type') ?? '' },
  });
  return { status: answer.statusCode, body: answer.body === '' ? {} : answer.json() };
}

describe('runs', () => {
  it('are listed and shown without a path of the machine', async () => {
    const { runs } = (await get('/v1/runs')).json() as { runs: object[] };
    expect(runs).toMatchObject([{ id: RUN, state: 'interrupted', stage: 'kg.embed', labels: { kg: 'toy' } }]);
    const shown = await get(`/v1/runs/${RUN}`);
    expect(shown.json()).toMatchObject({ id: RUN, sessions: 1, checkpoints: expect.any(Array) });
    expect(shown.body).not.toContain(service.home);
    expect((await get('/v1/runs/kg.embed-toy-00000000')).json()).toMatchObject({ code: 'run.unknown', status: 404 });
  });

  it('give their files, hidden ones and links left out, whole or in part', async () => {
    const { files } = (await get(`/v1/runs/${RUN}/files`)).json() as { files: { path: string; bytes: number }[] };
    expect(files.map(({ path, bytes }) => [path, bytes])).toEqual([
      ['checkpoint-5/model.safetensors', 1000],
      ['empty.txt', 0],
      ['run.json', expect.any(Number)],
    ]);
    const url = fileOf('checkpoint-5/model.safetensors');
    const whole = await get(url);
    expect([whole.statusCode, whole.headers['accept-ranges']]).toEqual([200, 'bytes']);
    expect(whole.rawPayload.equals(CONTENT)).toBe(true);
    const part = await get(url, { range: 'bytes=10-19' });
    expect([part.statusCode, part.headers['content-range']]).toEqual([206, 'bytes 10-19/1000']);
    expect(part.rawPayload.equals(CONTENT.subarray(10, 20))).toBe(true);
    const end = await get(url, { range: 'bytes=-5' });
    expect(end.rawPayload.equals(CONTENT.subarray(995))).toBe(true);
    const beyond = await get(url, { range: 'bytes=1000-' });
    expect([beyond.statusCode, beyond.headers['content-range']]).toEqual([416, 'bytes */1000']);
    const empty = await get(fileOf('empty.txt'));
    expect([empty.statusCode, empty.rawPayload.length]).toEqual([200, 0]);
  });

  it('give nothing from outside their folder', async () => {
    const tried = [...traversalPayloads(service.home), 'link.txt', '../../outside.txt', 'checkpoint-5', ''];
    let refused = 0;
    for (const path of tried) {
      for (const url of [fileOf(encodeURIComponent(path)), fileOf(path.replace(/[^\x21-\x7e]/g, encodeURIComponent))]) {
        const answer = await get(url);
        expect(answer.body, path).not.toContain('secret"');
        expect(answer.body, path).not.toBe('secret');
        if (answer.statusCode >= 400) refused++;
        // A client may fold `..` itself: what is found then is a route of its own, and no file.
        else expect(answer.headers['content-type'], path).toContain('application/json');
      }
    }
    for (const run of ['..', '%2e%2e', '..%2f..', '.', 'a%00b']) {
      expect((await get(`/v1/runs/${run}/files/api-keys.json`)).statusCode).toBeGreaterThanOrEqual(400);
    }
    process.stdout.write(`S2: ${tried.length} paths in downloads, ${refused} refused, 0 bytes from outside\n`);
  });

  it.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=5-', { start: 5, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-30', { start: 0, end: 9 }],
    ['bytes=5-99', { start: 5, end: 9 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-4', undefined],
    ['bytes=0-1,3-4', undefined],
    ['bytes=-', undefined],
    ['lines=1-2', undefined],
  ])('read %s of ten bytes as %j', (header, range) => {
    expect(parseRange(header, 10)).toEqual(range);
  });
});

describe('uploads', () => {
  it('are stored whole, listed, kept from being overwritten, and removed', async () => {
    expect((await upload('图谱.csv', 'head,relation,tail\n')).status).toBe(201);
    expect(await upload('图谱.csv', 'other')).toMatchObject({ status: 409, body: { code: 'upload.exists' } });
    expect((await upload('图谱.csv', 'other', '?replace=true')).body).toMatchObject({ files: [{ bytes: 5 }] });
    expect((await get('/v1/files')).json()).toMatchObject({ files: [{ path: '图谱.csv', bytes: 5 }] });
    const remove = (name: string) =>
      service.app.inject({ method: 'DELETE', url: `/v1/files/${encodeURIComponent(name)}` });
    expect((await remove('图谱.csv')).statusCode).toBe(204);
    expect((await remove('图谱.csv')).json()).toMatchObject({ code: 'data.missing' });
    expect((await remove('../api-keys.json')).statusCode).toBe(400);
    expect((await get('/v1/files')).json()).toEqual({ files: [] });
  });

  it('keep their names within the folder', async () => {
    for (const name of ['..', '.hidden', 'nul', 'a\u202eb.csv', 'x'.repeat(201)]) {
      expect((await upload(name, 'x')).status, name).toBeGreaterThanOrEqual(400);
    }
    // Browsers send folders with a name; only its last part counts.
    for (const name of ['../../evil.csv', 'C:\\temp\\evil.csv', '/etc/evil.csv'])
      await upload(name, 'x', '?replace=true');
    const { files } = (await get('/v1/files')).json() as { files: { path: string }[] };
    expect(files.map(({ path }) => path)).toEqual(['evil.csv']);
  });
});

describe('an address in place of a file', () => {
  it('is refused, and nothing connects to it', async () => {
    let connections = 0;
    const listener = createServer().on('connection', () => connections++);
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    const hosts = [
      '127.0.0.1',
      'localhost',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '0x7f000001',
      '2130706433',
      '0177.0.0.1',
      '127.1',
      '0.0.0.0',
      'user@127.0.0.1',
    ];
    const schemes = ['http://', 'HTTP://', 'https://', 'ftp://', 'file://', '//', 'http:\\\\'];
    let refused = 0;
    for (const host of hosts) {
      for (const scheme of schemes) {
        const address = `${scheme}${host}:${port}/graph.csv`;
        for (const settings of [
          { kg: 'a', mapping: 'plain-triples', files: [address] },
          { kg: 'a', mapping: address },
        ]) {
          const payload = { stage: 'kg.import', settings };
          const answer = await service.app.inject({ method: 'POST', url: '/v1/jobs', payload });
          expect(answer.statusCode, address).toBe(400);
          refused++;
        }
      }
    }
    listener.close();
    expect(connections).toBe(0);
    process.stdout.write(`S3: ${refused} addresses refused, ${connections} connections\n`);
  });
});
