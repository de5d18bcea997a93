/** Opens the queue that the service's settings name, for the service and the command line alike. */
import { MedgraftError } from '../base/errors.js';
import type { ServiceSettings } from '../settings/service-settings.js';
import { EmbeddedJobQueue } from './embedded-job-queue.js';
import type { JobQueue, RetryPolicy } from './job-queue.js';
import type { Workspace } from './workspace.js';

/** @throws MedgraftError `queue.address`, `queue.unreachable` */
export async function openJobQueue(workspace: Workspace, settings: ServiceSettings): Promise<JobQueue> {
  const retry: RetryPolicy = { attempts: settings.jobAttempts, backoffMilliseconds: settings.jobBackoff * 1000 };
  if (settings.queue === 'embedded') return new EmbeddedJobQueue(workspace.jobsFile, retry);
  if (settings.redisUrl === undefined) {
    throw new MedgraftError('input', 'queue.address', 'the queue in Redis has no address', {
      place: 'redisUrl',
      expected: 'MEDGRAFT_REDIS_URL=redis://...',
    });
  }
  const { BullJobQueue } = await import('./bull-job-queue.js');
  return BullJobQueue.open(settings.redisUrl, { retry, leaseMilliseconds: settings.jobLease * 1000 });
}
