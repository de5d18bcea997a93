import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';
import { afterAll, expect, it } from 'vitest';
import { EmbeddedJobQueue } from './embedded-job-queue.js';
import type { ClaimedJob } from './job-queue.js';

const folder = mkdtempSync(join(tmpdir(), 'medgraft-queue-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LOOKS = 10;
const PAUSE_MILLISECONDS = 25;

it('goes on as soon as whoever held its file lets go, although others write meanwhile', async () => {
  const path = join(folder, 'jobs.db');
  const [queue, other] = [0, 1].map(() => new EmbeddedJobQueue(path, { attempts: 1, backoffMilliseconds: 0 }));
  await queue.add({ stage: 'a.b', settings: {} });
  const claimed = (await queue.claim(3_600_000)) as ClaimedJob;
  const holder = new Database(path);
  for (let round = 0; round < 3; round++) {
    holder.exec('BEGIN IMMEDIATE');
    let done = false;
    const work = queue.renew(claimed, 3_600_000).then(() => {
      done = true;
    });
    // What is only read goes on.
    for (let i = 0; i < LOOKS; i++) {
      expect(await queue.counts()).toMatchObject({ running: 1 });
      await sleep(PAUSE_MILLISECONDS);
    }
    expect(done).toBe(false);
    holder.exec('ROLLBACK');
    for (let i = 0; i < LOOKS && !done; i++) {
      await other.append(claimed, { kind: 'note', message: `${i}` });
      await sleep(PAUSE_MILLISECONDS);
    }
    expect(done, `round ${round}`).toBe(true);
    await work;
  }
  holder.close();
  await Promise.all([queue.close(), other.close()]);
});
