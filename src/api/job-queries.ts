/** What is asked of the queue over both doors: pages of jobs, and of the metrics that a job told. */
import type { Job } from '../runs/job.js';
import type { JobPage, JobQueue } from '../runs/job-queue.js';

export interface JobMetric {
  seq: number;
  at: string;
  phase: string;
  step: number;
  values: Record<string, number>;
}

/** @returns the jobs, and what `before` has to be for the next page when there is one */
export async function jobPage(queue: JobQueue, page: JobPage): Promise<{ jobs: Job[]; next?: number }> {
  const found = await queue.list({ ...page, limit: page.limit + 1 });
  const jobs = found.slice(0, page.limit);
  return found.length > jobs.length ? { jobs, next: jobs[jobs.length - 1].id } : { jobs };
}

/** @returns the metrics in order, and what `after` has to be for the next page when there is one */
export async function jobMetrics(
  queue: JobQueue,
  id: number,
  after: number,
  limit: number,
): Promise<{ metrics: JobMetric[]; next?: number }> {
  await queue.find(id);
  const events = await queue.eventsAfter(id, after, limit + 1, 'metric');
  const metrics = events.slice(0, limit).flatMap(({ seq, at, event }) => {
    if (event.kind !== 'metric') return [];
    const { phase, step, values } = event;
    return [{ seq, at, phase, step, values }];
  });
  return events.length > limit ? { metrics, next: metrics[metrics.length - 1].seq } : { metrics };
}
