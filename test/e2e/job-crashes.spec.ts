import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isRunning } from '../support/is-running.js';
import { longImport } from '../support/long-import.js';
import { RunningService } from '../support/running-service.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

/** Jobs when their service dies without a word, and how many there are at a time. */
let home: string;
let service: RunningService;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'medgraft-crash-'));
});
afterEach(async () => {
  await service?.kill();
  rmSync(home, { recursive: true, force: true });
});

describe('a service that is killed', () => {
  it('leaves no process behind; the next finds its job interrupted, and goes on with it when asked', async () => {
    const variables = { MEDGRAFT_JOB_LEASE: '2' };
    service = await RunningService.start(home, variables);
    const id = await service.submit('kg.import', longImport(home));
    await service.reached(id, 'progress');
    const { pid } = (await service.call('GET', `/v1/jobs/${id}`)) as { pid: number };
    await service.kill();
    service = await RunningService.start(home, variables);
    expect((await service.all(id)).at(-1)).toMatchObject({
      event: 'end',
      data: { state: 'interrupted', error: { code: 'job.abandoned', hint: expect.stringContaining('resume') } },
    });
    while (isRunning(pid)) await sleep(100);
    expect(await service.call('POST', `/v1/jobs/${id}/resume`)).toMatchObject({ attempt: 1 });
    expect((await service.all(id)).at(-1)).toMatchObject({ data: { state: 'succeeded', attempt: 2 } });
    expect(await service.call('POST', `/v1/jobs/${id}/resume`)).toMatchObject({
      status: 409,
      code: 'job.not-resumable',
    });
    // Nothing half-made is left beside the result.
    expect(readdirSync(join(home, 'artifacts', 'kg.import'))).toHaveLength(1);
  });

  it('has its jobs tried again by the next when the policy says so', async () => {
    const variables = { MEDGRAFT_JOB_ATTEMPTS: '2', MEDGRAFT_JOB_BACKOFF: '0', MEDGRAFT_JOB_LEASE: '2' };
    service = await RunningService.start(home, variables);
    const id = await service.submit('kg.import', longImport(home));
    await service.reached(id, 'progress');
    await service.kill();
    service = await RunningService.start(home, variables);
    expect((await service.all(id)).at(-1)).toMatchObject({ data: { state: 'succeeded', attempt: 2 } });
  });
});

describe('jobs at the same time', () => {
  it('are as many as the setting says', async () => {
    service = await RunningService.start(home, { MEDGRAFT_CONCURRENT_JOBS: '2' });
    const ids: number[] = [];
    for (const kg of ['a', 'b', 'c']) ids.push(await service.submit('kg.import', longImport(home, kg)));
    for (const id of ids.slice(0, 2)) await service.reached(id, 'progress');
    const states = await Promise.all(ids.map(async (id) => (await service.call('GET', `/v1/jobs/${id}`))['state']));
    expect(states).toEqual(['running', 'running', 'queued']);
    for (const id of ids) await service.call('POST', `/v1/jobs/${id}/cancel`);
    for (const id of ids) expect((await service.all(id)).at(-1)).toMatchObject({ data: { state: 'cancelled' } });
  });
});
