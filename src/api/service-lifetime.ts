import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { JobStore } from '../runs/job-store.js';
import { JobSupervisor } from '../runs/job-supervisor.js';
import { ServiceSettings } from '../settings/service-settings.js';
import { JobEventStreams } from './job-events.js';

/** Starts the job supervisor with the service; at its end jobs write checkpoints, then clients are told, then all closes. */
@Injectable()
export class ServiceLifetime implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    private readonly supervisor: JobSupervisor,
    private readonly streams: JobEventStreams,
    private readonly store: JobStore,
    private readonly settings: ServiceSettings,
  ) {}

  onApplicationBootstrap(): void {
    this.supervisor.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.supervisor.stop(this.settings.stopTimeout * 1000);
    this.streams.closeAll();
  }

  onApplicationShutdown(): void {
    this.store.close();
  }
}
