import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { MedgraftError } from '../base/errors.js';
import { listCheckpoints } from '../runs/checkpoint-folder.js';
import { listRunNames, listRuns, type RunSummary, readRun } from '../runs/run-record.js';
import { type Verification, verifyRun } from '../runs/verify-result.js';
import { Workspace } from '../runs/workspace.js';
import { Needs } from './access/access.decorator.js';
import { VerificationView } from './artefacts.view.js';
import { listFiles, sendFile } from './file-download.js';
import { StoredFile, StoredFiles } from './files.dto.js';
import type { RouteLimits } from './http-hooks.js';
import { RunDetail, RunList, RunView, viewOfRun } from './runs.view.js';

/** Training runs and their files: models, checkpoints, logs. */
@ApiTags('runs')
@Controller('v1/runs')
@Needs('read')
export class RunsController {
  constructor(private readonly workspace: Workspace) {}

  @Get()
  @ApiOperation({ summary: 'Training runs, the newest first.' })
  @ApiOkResponse({ type: RunList })
  async list(): Promise<{ runs: RunView[] }> {
    return { runs: (await listRuns(this.workspace)).map(viewOfRun) };
  }

  @Get(':run')
  @ApiOperation({ summary: 'One run: settings, state, figures, checkpoints.' })
  @ApiOkResponse({ type: RunDetail })
  async show(@Param('run') id: string): Promise<RunDetail> {
    const run = await this.find(id);
    return { ...viewOfRun(run), checkpoints: (await listCheckpoints(run.folder)).map(({ step }) => step) };
  }

  @Get(':run/files')
  @ApiOperation({ summary: 'The files of a run.' })
  @ApiOkResponse({ type: StoredFiles })
  async files(@Param('run') id: string): Promise<{ files: StoredFile[] }> {
    return { files: await listFiles((await this.find(id)).folder) };
  }

  @Get(':run/files/*')
  @RouteConfig({ slow: true } satisfies RouteLimits)
  @ApiParam({ name: 'path', description: 'As the list of files names it.' })
  @ApiHeader({ name: 'range', required: false, description: 'bytes=<first>-<last>' })
  @ApiProduces('application/octet-stream')
  @ApiOperation({ summary: 'One file of a run, or a range of its bytes.' })
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async download(
    @Param('run') id: string,
    @Param('*') path: string,
    @Headers('range') range: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendFile(reply, (await this.find(id)).folder, path, range);
  }

  @Get(':run/verification')
  @Needs('jobs')
  @RouteConfig({ slow: true } satisfies RouteLimits)
  @ApiOperation({ summary: 'Compare every file of a run with its manifest and its checkpoints; reads all of it.' })
  @ApiOkResponse({ type: VerificationView })
  async verify(@Param('run') id: string): Promise<Verification> {
    if ((await listRunNames(this.workspace)).includes(id)) return verifyRun(this.workspace.runFolder(id));
    throw unknownRun(id);
  }

  private async find(id: string): Promise<RunSummary> {
    const run = await readRun(this.workspace, id);
    if (run) return run;
    throw unknownRun(id);
  }
}

function unknownRun(id: string): MedgraftError {
  return new MedgraftError('missing', 'run.unknown', 'there is no such run', { place: 'run', got: id });
}
