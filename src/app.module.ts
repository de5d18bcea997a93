import { type DynamicModule, Logger, Module } from '@nestjs/common';
import { GraphQueries } from './api/graph-queries.js';
import { GraphsController } from './api/graphs.controller.js';
import { HealthController } from './api/health.controller.js';
import { JobEventStreams } from './api/job-events.js';
import { JobsController } from './api/jobs.controller.js';
import { ServiceLifetime } from './api/service-lifetime.js';
import { JobStore } from './runs/job-store.js';
import { JobSupervisor } from './runs/job-supervisor.js';
import { Workspace } from './runs/workspace.js';
import type { Environment } from './settings/environment.js';
import { ServiceSettings } from './settings/service-settings.js';

/** The only wiring page: what the service is made of. */
@Module({})
export class AppModule {}

export function appModule(environment: Environment, settings: ServiceSettings): DynamicModule {
  const workspace = new Workspace(environment.home);
  const store = new JobStore(workspace.jobsFile);
  const logger = new Logger('jobs');
  const supervisor = new JobSupervisor(store, {
    home: environment.home,
    threads: environment.threads,
    concurrent: settings.concurrentJobs,
    onProblem: (message, error) => logger.error({ message, error }),
  });
  return {
    module: AppModule,
    controllers: [HealthController, GraphsController, JobsController],
    providers: [
      { provide: Workspace, useValue: workspace },
      { provide: ServiceSettings, useValue: settings },
      { provide: JobStore, useValue: store },
      { provide: JobSupervisor, useValue: supervisor },
      { provide: GraphQueries, useValue: new GraphQueries(workspace) },
      JobEventStreams,
      ServiceLifetime,
    ],
  };
}
