import { Body, Controller, Get, Headers, HttpCode, Param, ParseIntPipe, Post, Query, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Job } from '../runs/job.js';
import { Needs } from './access/access.decorator.js';
import type { RouteLimits } from './http-hooks.js';
import { JobEventStreams } from './job-events.js';
import { jobMetrics, jobPage } from './job-queries.js';
import { JobSubmissions } from './job-submissions.js';
import { CreateJob, ListJobMetrics, ListJobs } from './jobs.dto.js';
import { JobList, JobMetricList, JobView } from './jobs.view.js';

const ID = { name: 'id', type: 'integer' } as const;
const BODY_LIMIT_BYTES = 1 << 20;

/** Stages as jobs: put into the queue, looked at, followed, cancelled, resumed. */
@ApiTags('jobs')
@Controller('v1/jobs')
export class JobsController {
  constructor(
    private readonly submissions: JobSubmissions,
    private readonly streams: JobEventStreams,
  ) {}

  @Post()
  @Needs('jobs')
  @HttpCode(202)
  @RouteConfig({ bodyLimit: BODY_LIMIT_BYTES } satisfies RouteLimits)
  @ApiOperation({ summary: 'Put a stage into the queue. The settings are checked before; files lie in the data root.' })
  @ApiAcceptedResponse({ type: JobView })
  create(@Body() { stage, settings }: CreateJob): Promise<Job> {
    return this.submissions.submit(stage, settings);
  }

  @Get()
  @Needs('read')
  @ApiOperation({ summary: 'Jobs, the newest first.' })
  @ApiOkResponse({ type: JobList })
  list(@Query() page: ListJobs): Promise<JobList> {
    return jobPage(this.submissions.queue, page);
  }

  @Get(':id')
  @Needs('read')
  @ApiParam(ID)
  @ApiOperation({ summary: 'One job: state, result or error.' })
  @ApiOkResponse({ type: JobView })
  show(@Param('id', ParseIntPipe) id: number): Promise<Job> {
    return this.submissions.queue.find(id);
  }

  @Get(':id/metrics')
  @Needs('read')
  @ApiParam(ID)
  @ApiOperation({ summary: 'The metrics that a job told: losses, rates and measures by step.' })
  @ApiOkResponse({ type: JobMetricList })
  metrics(@Param('id', ParseIntPipe) id: number, @Query() { after, limit }: ListJobMetrics): Promise<JobMetricList> {
    return jobMetrics(this.submissions.queue, id, after ?? 0, limit);
  }

  @Post(':id/cancel')
  @Needs('jobs')
  @HttpCode(202)
  @ApiParam(ID)
  @ApiOperation({ summary: 'Ask a job to stop at its next safe point.' })
  @ApiAcceptedResponse({ type: JobView })
  cancel(@Param('id', ParseIntPipe) id: number): Promise<Job> {
    return this.submissions.cancel(id);
  }

  @Post(':id/resume')
  @Needs('jobs')
  @HttpCode(202)
  @ApiParam(ID)
  @ApiOperation({ summary: 'Begin a job that ended without success once more; a run goes on from its checkpoints.' })
  @ApiAcceptedResponse({ type: JobView })
  resume(@Param('id', ParseIntPipe) id: number): Promise<Job> {
    return this.submissions.resume(id);
  }

  @Get(':id/events')
  @Needs('read')
  @RouteConfig({ slow: true } satisfies RouteLimits)
  @ApiParam(ID)
  @ApiProduces('text/event-stream')
  @ApiOperation({ summary: 'Progress as server-sent events; goes on after Last-Event-ID.' })
  @ApiOkResponse({ description: 'Events with ids; `end` when the job has ended, `closing` when the service stops.' })
  async events(
    @Param('id', ParseIntPipe) id: number,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.submissions.queue.find(id);
    const seq = Number(lastEventId ?? 0);
    reply.hijack();
    this.streams.stream(id, Number.isSafeInteger(seq) && seq >= 0 ? seq : 0, reply.raw);
  }
}
