/**
 * Prometheus metrics of this process: requests by route pattern (never by what was asked), their durations, jobs by state,
 * open event streams, and Node's own (event loop lag, memory, garbage collection).
 */
import { Inject, Injectable } from '@nestjs/common';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { JobQueue } from '../runs/job-queue.js';
import { JobSupervisor } from '../runs/job-supervisor.js';
import { JobEventStreams } from './job-events.js';
import { JOB_QUEUE } from './job-submissions.js';

const SECONDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];

@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly requests: Counter;
  private readonly durations: Histogram;

  constructor(@Inject(JOB_QUEUE) queue: JobQueue, streams: JobEventStreams, supervisor: JobSupervisor) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.requests = new Counter({
      name: 'medgraft_http_requests_total',
      help: 'Answered requests.',
      labelNames: ['method', 'route', 'status'],
      registers,
    });
    this.durations = new Histogram({
      name: 'medgraft_http_request_seconds',
      help: 'From the arrival of a request to the end of its answer.',
      labelNames: ['method', 'route'],
      buckets: SECONDS,
      registers,
    });
    new Gauge({
      name: 'medgraft_jobs',
      help: 'Jobs of the queue by state.',
      labelNames: ['state'],
      registers,
      async collect() {
        this.reset();
        // A queue that is away takes only its own figures with it.
        const counts = await queue.counts().catch(() => ({}));
        for (const [state, count] of Object.entries(counts)) this.set({ state }, count);
      },
    });
    const ended = new Counter({
      name: 'medgraft_jobs_ended_total',
      help: 'Jobs whose process has ended here, by how; what a stopping service gave back counts as interrupted.',
      labelNames: ['stage', 'state'],
      registers,
    });
    supervisor.onEnd((stage, state) => ended.inc({ stage, state }));
    new Gauge({
      name: 'medgraft_job_progress',
      help: 'How much of its phase a job that runs here has done, from 0 to 1.',
      labelNames: ['job', 'stage', 'phase'],
      registers,
      collect() {
        this.reset();
        for (const { id, stage, progress } of supervisor.jobs) {
          if (progress?.total) this.set({ job: id, stage, phase: progress.phase }, progress.done / progress.total);
        }
      },
    });
    new Gauge({
      name: 'medgraft_event_streams',
      help: 'Clients that follow a job.',
      registers,
      collect() {
        this.set(streams.count);
      },
    });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  count(method: string, route: string, status: number, seconds: number): void {
    this.requests.inc({ method, route, status });
    this.durations.observe({ method, route }, seconds);
  }
}
