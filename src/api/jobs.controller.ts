import { Body, Controller, Get, Headers, HttpCode, Param, ParseIntPipe, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Job } from '../runs/job.js';
import { JobStore } from '../runs/job-store.js';
import { JobSupervisor } from '../runs/job-supervisor.js';
import { parseSettings } from '../settings/parse-settings.js';
import { stageEntry } from '../stages.js';
import { JobEventStreams } from './job-events.js';
import { CreateJob, ListJobs } from './jobs.dto.js';

/** Stages as jobs: put into the queue, looked at, followed, cancelled. */
@ApiTags('jobs')
@Controller('v1/jobs')
export class JobsController {
  constructor(
    private readonly store: JobStore,
    private readonly supervisor: JobSupervisor,
    private readonly streams: JobEventStreams,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Put a stage into the queue. The settings are checked before.' })
  async create(@Body() { stage: name, settings }: CreateJob): Promise<Job> {
    const stage = await stageEntry(name).load();
    parseSettings(stage.settings, settings, 'settings');
    const job = this.store.add(name, settings);
    this.supervisor.wake();
    return this.store.find(job.id);
  }

  @Get()
  @ApiOperation({ summary: 'Jobs, the newest first.' })
  list(@Query() { limit, before }: ListJobs): { jobs: Job[] } {
    return { jobs: this.store.list(limit, before) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One job: state, result or error.' })
  show(@Param('id', ParseIntPipe) id: number): Job {
    return this.store.find(id);
  }

  @Post(':id/cancel')
  @HttpCode(202)
  @ApiOperation({ summary: 'Ask a job to stop at its next safe point.' })
  cancel(@Param('id', ParseIntPipe) id: number): Job {
    const job = this.store.requestCancel(id);
    this.supervisor.wake();
    return job;
  }

  @Get(':id/events')
  @ApiProduces('text/event-stream')
  @ApiOperation({ summary: 'Progress as server-sent events; goes on after Last-Event-ID.' })
  events(
    @Param('id', ParseIntPipe) id: number,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): void {
    this.store.find(id);
    const seq = Number(lastEventId ?? 0);
    reply.hijack();
    this.streams.stream(id, Number.isSafeInteger(seq) && seq >= 0 ? seq : 0, reply.raw);
  }
}
