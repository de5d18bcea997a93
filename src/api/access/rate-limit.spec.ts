import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openService, type TestService } from '../../../test/support/service.js';
import { BoundedCounts } from './bounded-counts.js';

/** S11: how often a caller may come. */
const LIMIT = 5;

describe('the rate limit', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await openService({ settings: { requestsPerMinute: LIMIT }, scopes: ['read', 'jobs'] });
  });
  afterAll(() => service.close());

  async function statuses(count: number, headers: (i: number) => Record<string, string>, remoteAddress = '10.1.1.1') {
    const seen: number[] = [];
    for (let i = 0; i < count; i++) {
      const answer = await service.app.inject({ method: 'GET', url: '/v1/jobs', headers: headers(i), remoteAddress });
      seen.push(answer.statusCode);
    }
    return seen;
  }

  it('counts by key wherever it comes from, and each key for itself', async () => {
    const key = { 'x-api-key': service.keyOf('read') };
    expect(await statuses(LIMIT, () => key, '10.0.0.1')).toEqual(Array(LIMIT).fill(200));
    expect(await statuses(1, () => key, '10.0.0.2')).toEqual([429]);
    expect(await statuses(1, () => ({ 'x-api-key': service.keyOf('jobs') }))).toEqual([403]);
    const answer = await service.app.inject({ method: 'GET', url: '/v1/jobs', headers: key });
    expect(answer.json()).toMatchObject({ code: 'access.rate', status: 429 });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('counts who guesses keys by address, whatever they say of themselves', async () => {
    const forged = (i: number) => ({
      authorization: `Bearer mg_${String(i).padStart(12, '0')}_${'x'.repeat(43)}`,
      'x-forwarded-for': `99.0.0.${i}`,
      forwarded: `for=99.0.0.${i}`,
      'x-real-ip': `99.0.0.${i}`,
    });
    expect(await statuses(LIMIT + 3, forged, '10.0.0.9')).toEqual([...Array(LIMIT).fill(401), 429, 429, 429]);
    expect(await statuses(1, forged, '10.0.0.10')).toEqual([401]);
  });

  it('counts an IPv6 network as one', async () => {
    let last = 0;
    for (let i = 0; i <= LIMIT; i++) [last] = await statuses(1, () => ({}), `2001:db8:1:2::${i.toString(16)}`);
    expect(last).toBe(429);
    expect(await statuses(1, () => ({}), '2001:db8:1:3::1')).toEqual([401]);
  });

  it('never holds back liveness', async () => {
    for (let i = 0; i < LIMIT * 3; i++) {
      expect((await service.app.inject({ method: 'GET', url: '/health/live' })).statusCode).toBe(200);
    }
  });
});

describe('behind a trusted proxy', () => {
  it('the forwarded address counts, and only from there', async () => {
    const settings = { requestsPerMinute: LIMIT, trustedProxies: ['10.9.0.0/16, 10.8.0.1'] };
    const service = await openService({ settings, scopes: ['read'] });
    const status = async (from: string, forwarded: string) => {
      const headers = { 'x-forwarded-for': forwarded };
      return (await service.app.inject({ method: 'GET', url: '/v1/jobs', headers, remoteAddress: from })).statusCode;
    };
    for (let i = 0; i < LIMIT; i++) expect(await status('10.9.0.3', '7.7.7.7')).toBe(401);
    expect(await status('10.8.0.1', '7.7.7.7')).toBe(429);
    expect(await status('10.9.0.3', '7.7.7.8')).toBe(401);
    for (let i = 0; i < LIMIT; i++) await status('10.7.0.1', `8.8.8.${i}`);
    expect(await status('10.7.0.1', '8.8.8.99')).toBe(429);
    await service.close();
  });
});

describe('counts of callers', () => {
  it('stay at ten thousand, however many come, and the memory flat', async () => {
    const counts = new BoundedCounts();
    for (let i = 0; i < 10_000; i++) await counts.increment(`caller ${i}`, 60_000, 5);
    const before = process.memoryUsage().heapUsed;
    for (let i = 10_000; i < 100_000; i++) await counts.increment(`caller ${i}`, 60_000, 5);
    const grown = (process.memoryUsage().heapUsed - before) / 2 ** 20;
    expect(counts.size).toBe(10_000);
    process.stdout.write(`S11: 100,000 callers, ${counts.size} kept, heap ${grown.toFixed(1)} MiB more\n`);
    expect(grown).toBeLessThan(64);
  });
});
