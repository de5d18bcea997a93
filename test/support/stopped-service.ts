/**
 * Two services on one workspace; the first is stopped by SIGSTOP, its job's process too, for longer than its lease; the
 * second takes the job over; then the first wakes. What came of it is counted.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOf } from '../../src/runs/run-lock.js';
import { RunningService } from './running-service.js';
import { SMALL_MODEL } from './toy-chain.js';

export interface StoppedOutcome {
  state: unknown;
  attempt: unknown;
  /** Events that came after the job had ended, or between the second's. */
  lateWrites: number;
  /** Numbers that are missing among the events. */
  gaps: number;
  /** How often the run was taken up. */
  sessions: number;
  oldProcessAlive: boolean;
  /** From the stop to the second attempt. */
  secondsToTakeOver: number;
}

export async function stoppedService(
  home: string,
  { leaseSeconds, stoppedSeconds, seed }: { leaseSeconds: number; stoppedSeconds: number; seed: number },
): Promise<StoppedOutcome> {
  const variables = { MEDGRAFT_JOB_LEASE: String(leaseSeconds), MEDGRAFT_JOB_ATTEMPTS: '3', MEDGRAFT_JOB_BACKOFF: '0' };
  const first = await RunningService.start(home, variables);
  const id = await first.submit('smedbert.pretrain', { ...SMALL_MODEL, steps: 40, saveEvery: 1, seed });
  await first.reached(id, 'metric');
  const { pid } = (await first.call('GET', `/v1/jobs/${id}`)) as { pid: number };
  const born = startOf(pid);
  const start = performance.now();
  process.kill(pid, 'SIGSTOP');
  first.process.kill('SIGSTOP');
  const second = await RunningService.start(home, variables);
  try {
    let job = await second.call('GET', `/v1/jobs/${id}`);
    while (job['attempt'] === 1) {
      await sleep(100);
      job = await second.call('GET', `/v1/jobs/${id}`);
    }
    const secondsToTakeOver = Math.round((performance.now() - start) / 100) / 10;
    const seen = await second.all(id);
    await sleep(Math.max(0, stoppedSeconds * 1000 - (performance.now() - start)));
    first.process.kill('SIGCONT');
    await sleep(leaseSeconds * 1000);
    const later = await second.all(id);
    job = await second.call('GET', `/v1/jobs/${id}`);
    if (job['state'] !== 'succeeded') throw new Error(`${JSON.stringify(job)}\n${JSON.stringify(later.slice(-4))}`);
    const ids = later.slice(0, -1).map((message) => Number(message.id));
    const hash = (job['result'] as { hash: string } | undefined)?.hash ?? '';
    const record = JSON.parse(
      readFileSync(join(home, 'runs', `smedbert.pretrain-toy-toy-${hash.slice(0, 8)}`, 'run.json'), 'utf8'),
    );
    return {
      state: job['state'],
      attempt: job['attempt'],
      lateWrites: later.length - seen.length,
      gaps: ids.filter((number, i) => number !== i + 1).length,
      sessions: record.sessions,
      oldProcessAlive: startOf(pid) === born,
      secondsToTakeOver,
    };
  } finally {
    await Promise.all([first.kill(), second.kill()]);
  }
}
