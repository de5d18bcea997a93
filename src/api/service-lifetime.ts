import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { JobQueue } from '../runs/job-queue.js';
import { JobSupervisor } from '../runs/job-supervisor.js';
import { ServiceSettings } from '../settings/service-settings.js';
import { JobEventStreams } from './job-events.js';
import { JOB_QUEUE } from './job-submissions.js';

/** Starts the job supervisor with the service; at its end jobs write checkpoints, then clients are told, then all closes. */
@Injectable()
export class ServiceLifetime implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    private readonly supervisor: JobSupervisor,
    private readonly streams: JobEventStreams,
    @Inject(JOB_QUEUE) private readonly queue: JobQueue,
    private readonly settings: ServiceSettings,
  ) {}

  onApplicationBootstrap(): void {
    this.supervisor.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.supervisor.stop(this.settings.stopTimeout * 1000);
    await this.streams.closeAll();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.queue.close();
  }
}
