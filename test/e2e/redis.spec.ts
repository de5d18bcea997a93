import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { isRunning } from '../support/is-running.js';
import { type RedisServer, redisIsThere, startRedis } from '../support/redis-server.js';
import { type Message, RunningService } from '../support/running-service.js';
import { prepareToyChain, SMALL_MODEL } from '../support/toy-chain.js';
import { medgraftWith } from './medgraft.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

/** Services over one Redis: they share its jobs, and live on while it is away. */
const missing = redisIsThere();
const PASSWORD = 'open-sesame-4711';
const CHECKS_A_SECOND = 10;

describe.skipIf(missing)(missing ?? 'the queue in Redis', () => {
  let home: string;
  let kept: string;
  let redis: RedisServer;
  const services: RunningService[] = [];
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'medgraft-redis-'));
    await prepareToyChain(home);
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));
  beforeEach(async () => {
    kept = mkdtempSync(join(tmpdir(), 'medgraft-redis-data-'));
    redis = await startRedis({ folder: kept, password: PASSWORD });
  });
  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.kill()));
    await redis.stop();
    rmSync(kept, { recursive: true, force: true });
  });

  const variables = () => ({ MEDGRAFT_QUEUE: 'redis', MEDGRAFT_REDIS_URL: redis.url });

  async function serve(more: Record<string, string> = {}): Promise<RunningService> {
    const service = await RunningService.start(home, { ...variables(), ...more });
    services.push(service);
    return service;
  }

  /** The messages of a job whose stream is taken up again whenever it is closed. */
  async function allOf(service: RunningService, id: number): Promise<Message[]> {
    const seen: Message[] = [];
    for (;;) {
      const from = seen.filter((message) => message.id !== undefined).at(-1)?.id;
      try {
        for await (const message of service.messages(id, from)) seen.push(message);
      } catch {
        // Refused while Redis is away.
      }
      if (seen.at(-1)?.event === 'end') return seen.filter(({ event }) => event !== 'closing');
      await sleep(1000 / CHECKS_A_SECOND);
    }
  }

  async function readiness(service: RunningService, status: number): Promise<number> {
    const start = performance.now();
    for (;;) {
      const answer = await fetch(`${service.base}/health/ready`);
      await answer.arrayBuffer();
      if (answer.status === status) return Math.round(performance.now() - start);
      await sleep(1000 / CHECKS_A_SECOND);
    }
  }

  const training = (seed: number, steps: number) => ({ ...SMALL_MODEL, steps, saveEvery: 2, seed });

  it('gives each job to one of two services, once', async () => {
    const [one, two] = [await serve(), await serve()];
    const ids: number[] = [];
    for (let i = 0; i < 6; i++) ids.push(await one.submit('smedbert.pretrain', training(100 + i, 3)));
    const ends = await Promise.all(ids.map((id) => allOf(two, id)));
    for (const messages of ends) {
      expect(messages.at(-1)).toMatchObject({ data: { state: 'succeeded', attempt: 1 } });
      const numbers = messages.slice(0, -1).map(({ id }) => Number(id));
      expect(numbers).toEqual(numbers.map((_, i) => i + 1));
    }
    const metrics = await Promise.all([one, two].map(async ({ base }) => (await fetch(`${base}/metrics`)).text()));
    const done = metrics.map((text) =>
      Number(/^medgraft_jobs_ended_total\{[^}]*"succeeded"[^}]*\} (\d+)/m.exec(text)?.[1] ?? 0),
    );
    expect(done[0] + done[1]).toBe(ids.length);
    expect(Math.min(...done)).toBeGreaterThan(0);
    process.stdout.write(`Redis: ${ids.length} jobs, ${done[0]} by one service and ${done[1]} by the other\n`);
  });

  it('may go away for less than a lease: the job goes on, and nothing of it is lost', async () => {
    const service = await serve();
    const id = await service.submit('smedbert.pretrain', training(200, 40));
    await service.reached(id, 'metric', 3);
    const following = allOf(service, id);
    await redis.stop();
    const lost = await readiness(service, 503);
    const refused = await fetch(`${service.base}/v1/jobs/${id}`);
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ code: 'queue.unreachable', hint: expect.any(String) });
    expect(await service.call('POST', `/v1/jobs/${id}/cancel`)).toMatchObject({ code: 'queue.unreachable' });
    expect((await fetch(`${service.base}/metrics`)).status).toBe(200);
    expect((await fetch(`${service.base}/v1/kgs`)).status).toBe(200);
    const told = await medgraftWith({ MEDGRAFT_HOME: home, ...variables() }, 'jobs', 'list');
    expect([told.code, told.err]).toEqual([5, expect.stringContaining('[queue.unreachable]')]);
    redis = await startRedis({ port: redis.port, folder: kept, password: PASSWORD });
    const back = await readiness(service, 200);
    const messages = await following;
    expect(messages.at(-1)).toMatchObject({ event: 'end', data: { state: 'succeeded', attempt: 1 } });
    const numbers = messages.slice(0, -1).map((message) => Number(message.id));
    expect(numbers).toEqual(numbers.map((_, i) => i + 1));
    const steps = messages
      .filter(({ event }) => event === 'metric')
      .map(({ data }) => `${data['phase']} ${data['step']}`);
    expect(new Set(steps).size).toBe(steps.length);
    for (const text of [told.err, ...messages.map(({ data }) => JSON.stringify(data))])
      expect(text).not.toContain(PASSWORD);
    process.stdout.write(`Redis: away: 503 after ${lost} ms; back: 200 after ${back} ms\n`);
  });

  it('may go away for longer: the job stops by itself and is tried again from its checkpoint', async () => {
    const service = await serve({ MEDGRAFT_JOB_LEASE: '2', MEDGRAFT_JOB_ATTEMPTS: '3', MEDGRAFT_JOB_BACKOFF: '0' });
    const id = await service.submit('smedbert.pretrain', training(300, 400));
    await service.reached(id, 'metric', 3);
    const { pid } = (await service.call('GET', `/v1/jobs/${id}`)) as { pid: number };
    await redis.stop();
    while (isRunning(pid)) await sleep(1000 / CHECKS_A_SECOND);
    redis = await startRedis({ port: redis.port, folder: kept, password: PASSWORD });
    await readiness(service, 200);
    for await (const message of service.messages(id)) {
      if (String(message.data['message']).includes('going on with the unfinished run')) break;
    }
    expect(await service.call('GET', `/v1/jobs/${id}`)).toMatchObject({ state: 'running', attempt: 2 });
    await service.call('POST', `/v1/jobs/${id}/cancel`);
    expect((await allOf(service, id)).at(-1)).toMatchObject({ data: { state: 'cancelled' } });
  });

  it('does not let a service start with a wrong password, and says so without it', async () => {
    const wrong = redis.url.replace(PASSWORD, 'wrong-sesame-0815');
    const told = await medgraftWith(
      { MEDGRAFT_HOME: home, ...variables(), MEDGRAFT_REDIS_URL: wrong },
      'serve',
      '--port',
      '0',
    );
    expect([told.code, told.err]).toEqual([5, expect.stringContaining('[queue.unreachable]')]);
    expect(told.out + told.err).not.toContain('sesame');
  });
});

if (missing) it.skip(missing, () => undefined);
