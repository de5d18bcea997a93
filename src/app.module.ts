import { type DynamicModule, Logger, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { AccessGuard } from './api/access/access.guard.js';
import { ApiKeys } from './api/access/api-keys.store.js';
import { RateLimitGuard, rateLimits } from './api/access/rate-limit.guard.js';
import { ArtefactsController } from './api/artefacts.controller.js';
import { DataRoot } from './api/data-root.js';
import { DisambiguationController } from './api/disambiguation.controller.js';
import { DocsController } from './api/docs.controller.js';
import { EmbeddingShelf } from './api/embedding-shelf.store.js';
import { EntitiesController } from './api/entities.controller.js';
import { ExplainController } from './api/explain.controller.js';
import { FilesController } from './api/files.controller.js';
import { GraphQueries } from './api/graph-queries.js';
import { GraphRemovals } from './api/graph-removals.js';
import { GraphShelf } from './api/graph-shelf.store.js';
import { GraphsController } from './api/graphs.controller.js';
import { HealthController } from './api/health.controller.js';
import { JobEventStreams } from './api/job-events.js';
import { JOB_QUEUE, JobSubmissions } from './api/job-submissions.js';
import { JobsController } from './api/jobs.controller.js';
import { KeysController } from './api/keys.controller.js';
import { LinkController } from './api/link.controller.js';
import { LinkQueries } from './api/link-queries.js';
import { MetricsController } from './api/metrics.controller.js';
import { Metrics } from './api/metrics.js';
import { ModelProcess } from './api/model-process.js';
import { NeighbourhoodQueries } from './api/neighbourhood-queries.js';
import { OpenApi } from './api/open-api.js';
import { OverviewQueries } from './api/overview-queries.js';
import { PathQueries } from './api/path-queries.js';
import { PathsController } from './api/paths.controller.js';
import { PredictionQueries } from './api/prediction-queries.js';
import { PredictionsController } from './api/predictions.controller.js';
import { RunsController } from './api/runs.controller.js';
import { SearchController } from './api/search.controller.js';
import { SearchQueries } from './api/search-queries.js';
import { ServiceLifetime } from './api/service-lifetime.js';
import { SubgraphController } from './api/subgraph.controller.js';
import { SuggestionQueries } from './api/suggestion-queries.js';
import { SuggestionsController } from './api/suggestions.controller.js';
import { TaskPredictionsController } from './api/task-predictions.controller.js';
import type { JobQueue } from './runs/job-queue.js';
import { JobSupervisor } from './runs/job-supervisor.js';
import { Workspace } from './runs/workspace.js';
import type { Environment } from './settings/environment.js';
import { ServiceSettings } from './settings/service-settings.js';

/** The only wiring page: what the service is made of. */
@Module({})
export class AppModule {}

export function appModule(environment: Environment, settings: ServiceSettings, queue: JobQueue): DynamicModule {
  const workspace = new Workspace(environment.home);
  return {
    module: AppModule,
    imports: [ThrottlerModule.forRoot(rateLimits(settings))],
    controllers: [
      HealthController,
      MetricsController,
      DocsController,
      GraphsController,
      EntitiesController,
      SearchController,
      SubgraphController,
      PathsController,
      LinkController,
      ExplainController,
      PredictionsController,
      SuggestionsController,
      JobsController,
      RunsController,
      TaskPredictionsController,
      DisambiguationController,
      ArtefactsController,
      FilesController,
      KeysController,
    ],
    providers: [
      { provide: Workspace, useValue: workspace },
      { provide: ServiceSettings, useValue: settings },
      { provide: JOB_QUEUE, useValue: queue },
      { provide: JobSupervisor, useValue: supervisorOf(environment, settings, queue) },
      { provide: GraphShelf, useValue: new GraphShelf(workspace) },
      { provide: ModelProcess, useValue: new ModelProcess(environment.home, environment.threads) },
      { provide: ApiKeys, useValue: new ApiKeys(workspace) },
      // Held back before anything else is looked at, then let in.
      { provide: APP_GUARD, useClass: RateLimitGuard },
      { provide: APP_GUARD, useClass: AccessGuard },
      DataRoot,
      GraphQueries,
      GraphRemovals,
      NeighbourhoodQueries,
      OverviewQueries,
      PathQueries,
      LinkQueries,
      PredictionQueries,
      SuggestionQueries,
      EmbeddingShelf,
      SearchQueries,
      JobEventStreams,
      JobSubmissions,
      Metrics,
      OpenApi,
      ServiceLifetime,
    ],
  };
}

function supervisorOf(environment: Environment, settings: ServiceSettings, queue: JobQueue): JobSupervisor {
  const logger = new Logger('jobs');
  return new JobSupervisor(queue, {
    home: environment.home,
    threads: environment.threads,
    concurrent: settings.concurrentJobs,
    leaseMilliseconds: settings.jobLease * 1000,
    onProblem: (message, error) => logger.error({ message, error }),
  });
}
