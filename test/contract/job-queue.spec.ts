import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { BullJobQueue } from '../../src/runs/bull-job-queue.js';
import { EmbeddedJobQueue } from '../../src/runs/embedded-job-queue.js';
import { type RedisServer, redisIsThere, startRedis } from '../support/redis-server.js';
import { jobQueueSuite } from './job-queue.suite.js';

jobQueueSuite('embedded', 1000, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'medgraft-jobs-'));
  let time = 1_000_000;
  return {
    open: async (retry) => new EmbeddedJobQueue(join(folder, 'jobs.db'), retry, () => time),
    pass: async (milliseconds) => {
      time += milliseconds + 1;
    },
    leave: async () => rmSync(folder, { recursive: true, force: true }),
  };
});

const missing = redisIsThere();
describe.skipIf(missing)(missing ?? 'a real Redis', () => {
  const LEASE = 300;
  let redis: RedisServer;
  let rooms = 0;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis?.stop());

  jobQueueSuite('BullMQ', LEASE, async () => {
    const name = `room${rooms++}`;
    return {
      open: (retry) => BullJobQueue.open(redis.url, { retry, leaseMilliseconds: LEASE, name }),
      pass: (milliseconds) => sleep(milliseconds),
      leave: async () => undefined,
    };
  });
});

if (missing) it.skip(missing, () => undefined);
