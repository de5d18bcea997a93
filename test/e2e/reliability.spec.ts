import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { redisIsThere, startRedis } from '../support/redis-server.js';
import { RunningService } from '../support/running-service.js';
import { stoppedService } from '../support/stopped-service.js';
import { prepareToyChain, SMALL_MODEL } from '../support/toy-chain.js';
import { medgraft } from './medgraft.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

/** R10, R11, R12: the service under signals, load and loss. Figures are printed; only what must hold is asserted. */
let home: string;
let service: RunningService;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'medgraft-reliable-'));
  await prepareToyChain(home);
});
afterAll(async () => {
  await service?.kill();
  rmSync(home, { recursive: true, force: true });
});

/** Ends with its test, whatever comes of it. */
const started: RunningService[] = [];
async function serve(variables: Record<string, string> = {}): Promise<RunningService> {
  const one = await RunningService.start(home, variables);
  started.push(one);
  return one;
}
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.kill()));
});

const CLIENTS = 50;
const LONGEST_WAIT_MILLISECONDS = 120_000;
const ENDLESS = { ...SMALL_MODEL, steps: 100_000, saveEvery: 100_000, seed: 5 };

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** The same metrics by pages over HTTP, by the command line, and in the stream. */
async function checkMetrics(id: number): Promise<void> {
  const told: unknown[] = [];
  for (let after: unknown = 0; after !== undefined; ) {
    const page = await service.call('GET', `/v1/jobs/${id}/metrics?limit=2&after=${after}`);
    told.push(...(page['metrics'] as unknown[]));
    after = page['next'];
  }
  const twin = await medgraft(home, '--json', 'jobs', 'metrics', String(id));
  const lines = twin.out.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(told);
  const messages = (await service.all(id)).filter(({ event }) => event === 'metric');
  const streamed = messages.map(({ id: seq, data: { kind: _kind, ...data } }) => ({ seq: Number(seq), ...data }));
  expect(told).toEqual(streamed);
  expect(told.length).toBeGreaterThan(1);
  expect(await service.call('GET', `/v1/jobs/${id}`)).toMatchObject({ progress: { phase: 'pretrain', unit: 'steps' } });
}

function runFolder(): string {
  const [name] = readdirSync(join(home, 'runs')).filter((run) => run.startsWith('smedbert.pretrain'));
  return join(home, 'runs', name);
}

async function livenessOf(target: RunningService, count: number): Promise<number[]> {
  const taken: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    const answer = await fetch(`${target.base}/health/live`);
    await answer.arrayBuffer();
    expect(answer.status).toBe(200);
    taken.push(performance.now() - start);
  }
  return taken.sort((a, b) => a - b);
}

/** @returns milliseconds until readiness answers so */
async function untilReady(target: RunningService, status: number): Promise<number> {
  const start = performance.now();
  while (performance.now() - start < LONGEST_WAIT_MILLISECONDS) {
    const answer = await fetch(`${target.base}/health/ready`);
    await answer.arrayBuffer();
    if (answer.status === status) return performance.now() - start;
    await sleep(100);
  }
  throw new Error(`readiness never answered ${status}`);
}

describe('R10: SIGTERM with fifty followers and a training job', () => {
  it('writes a checkpoint, tells the followers, ends with 0, and the next service goes on', async () => {
    service = await RunningService.start(home);
    const id = await service.submit('smedbert.pretrain', ENDLESS);
    await service.reached(id, 'metric');
    const followers = Array.from({ length: CLIENTS }, () => service.all(id));
    await sleep(300);
    const start = performance.now();
    service.process.kill('SIGTERM');
    const { code } = await service.stopped;
    const seconds = (performance.now() - start) / 1000;
    expect(code).toBe(0);
    const last = (await Promise.all(followers)).map((messages) => messages.at(-1)?.event);
    expect(last).toEqual(Array(CLIENTS).fill('closing'));
    const checkpoints = readdirSync(runFolder()).filter((name) => name.startsWith('checkpoint-'));
    expect(checkpoints.length).toBeGreaterThan(0);
    service = await RunningService.start(home);
    const before = Number(checkpoints[0].slice('checkpoint-'.length));
    for await (const { event, data } of service.messages(id)) {
      if (event === 'metric' && Number(data['step']) > before) break;
    }
    expect(await service.call('GET', `/v1/jobs/${id}`)).toMatchObject({ state: 'running', attempt: 2 });
    await service.call('POST', `/v1/jobs/${id}/cancel`);
    expect((await service.all(id)).at(-1)).toMatchObject({ event: 'end', data: { state: 'cancelled' } });
    await checkMetrics(id);
    print(`R10: ended with 0 after ${seconds.toFixed(2)} s, ${CLIENTS} of ${CLIENTS} closed, ${checkpoints[0]} there`);
  });

  it('ends at once on the second signal', async () => {
    const other = await RunningService.start(home);
    const id = await other.submit('smedbert.pretrain', { ...ENDLESS, seed: 6 });
    await other.reached(id, 'metric');
    other.process.kill('SIGTERM');
    await sleep(20);
    other.process.kill('SIGTERM');
    expect((await other.stopped).code).toBe(1);
  });
});

describe('R11: a service that trains', () => {
  it('lives, and says that a killed job is interrupted; resumed, it goes on', async () => {
    const threads = String(cpus().length);
    const busy = await serve({ MEDGRAFT_THREADS: threads });
    const id = await busy.submit('smedbert.pretrain', { ...ENDLESS, seed: 7, saveEvery: 2 });
    await busy.reached(id, 'metric');
    const taken = await livenessOf(busy, 300);
    const { pid } = (await busy.call('GET', `/v1/jobs/${id}`)) as { pid: number };
    process.kill(pid, 'SIGKILL');
    expect((await busy.all(id)).at(-1)).toMatchObject({ data: { state: 'interrupted', error: { code: 'job.died' } } });
    expect(await busy.call('POST', `/v1/jobs/${id}/resume`)).toMatchObject({ attempt: 1 });
    const seen: string[] = [];
    for await (const { data } of busy.messages(id)) {
      seen.push(String(data['message'] ?? ''));
      if (seen.some((message) => message.includes('going on with the unfinished run'))) break;
    }
    await busy.call('POST', `/v1/jobs/${id}/cancel`);
    await busy.all(id);
    print(
      `R11: liveness p50 ${taken[150].toFixed(1)} ms, p99 ${taken[296].toFixed(1)} ms while training on ${threads} cores`,
    );
  });

  it('is alive and not ready while its queue is held, and ready again after', async () => {
    const held = await serve();
    await untilReady(held, 200);
    const database = new Database(join(home, 'jobs.db'));
    database.exec('BEGIN IMMEDIATE');
    const lost = await untilReady(held, 503);
    const taken = await livenessOf(held, 100);
    database.exec('ROLLBACK');
    database.close();
    const back = await untilReady(held, 200);
    print(
      `R11: not ready ${(lost / 1000).toFixed(1)} s after its file was held (liveness p99 ${taken[98].toFixed(1)} ms), ready ${(back / 1000).toFixed(1)} s after`,
    );
  });

  const missing = redisIsThere();
  it.skipIf(missing)(`is alive and not ready when Redis is gone${missing ? ` (${missing})` : ''}`, async () => {
    const redis = await startRedis();
    const variables = { MEDGRAFT_QUEUE: 'redis', MEDGRAFT_REDIS_URL: redis.url };
    const shared = await serve(variables);
    const id = await shared.submit('kg.rank', { kg: 'toy' });
    expect((await shared.all(id)).at(-1)).toMatchObject({ data: { state: 'succeeded' } });
    await redis.stop();
    const lost = await untilReady(shared, 503);
    await livenessOf(shared, 20);
    shared.process.kill('SIGTERM');
    expect((await shared.stopped).code).toBe(0);
    print(`R11: not ready ${(lost / 1000).toFixed(1)} s after Redis was killed; SIGTERM still ends it`);
  });
});

describe('R12: a job process that is stopped while its service lives', () => {
  it('goes on when it wakes, in the same attempt, and has done everything once', async () => {
    const lease = 2;
    const stopped = await serve({ MEDGRAFT_JOB_LEASE: String(lease), MEDGRAFT_JOB_ATTEMPTS: '3' });
    const id = await stopped.submit('smedbert.pretrain', { ...ENDLESS, steps: 60, saveEvery: 20, seed: 9 });
    await stopped.reached(id, 'metric');
    const { pid } = (await stopped.call('GET', `/v1/jobs/${id}`)) as { pid: number };
    process.kill(pid, 'SIGSTOP');
    await sleep(2.5 * lease * 1000);
    expect(await stopped.call('GET', `/v1/jobs/${id}`)).toMatchObject({ state: 'running', attempt: 1 });
    process.kill(pid, 'SIGCONT');
    const messages = await stopped.all(id);
    expect(messages.at(-1)).toMatchObject({ data: { state: 'succeeded', attempt: 1 } });
    const saved = messages
      .map(({ data }) => String(data['message']))
      .filter((text) => text.startsWith('checkpoint after'));
    expect(new Set(saved).size).toBe(saved.length);
  });
});

describe('R12: a service that is stopped longer than its lease', () => {
  it('has its job done by another, once, and writes nothing when it wakes', async () => {
    // A workspace without the jobs that were left unfinished above.
    const fresh = mkdtempSync(join(tmpdir(), 'medgraft-stopped-'));
    for (const part of ['artifacts', 'refs']) cpSync(join(home, part), join(fresh, part), { recursive: true });
    const outcome = await stoppedService(fresh, { leaseSeconds: 2, stoppedSeconds: 6, seed: 8 });
    expect(outcome).toMatchObject({ state: 'succeeded', attempt: 2, lateWrites: 0, gaps: 0, sessions: 2 });
    expect(outcome.oldProcessAlive).toBe(false);
    rmSync(fresh, { recursive: true, force: true });
    print(`R12: ${JSON.stringify(outcome)}`);
  });
});
