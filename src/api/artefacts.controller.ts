import { Controller, Get, Param } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { findArtefact, listArtefacts } from '../runs/list-artefacts.js';
import { type Verification, verifyArtefact } from '../runs/verify-result.js';
import { Workspace } from '../runs/workspace.js';
import { Needs } from './access/access.decorator.js';
import { ArtefactList, type ArtefactView, VerificationView, viewOfArtefact } from './artefacts.view.js';
import type { RouteLimits } from './http-hooks.js';

/** Results of stages. */
@ApiTags('artefacts')
@Controller('v1/artefacts')
export class ArtefactsController {
  constructor(private readonly workspace: Workspace) {}

  @Get()
  @Needs('read')
  @ApiOperation({ summary: 'Results of stages, by stage, the newest first.' })
  @ApiOkResponse({ type: ArtefactList })
  async list(): Promise<{ artefacts: ArtefactView[] }> {
    return { artefacts: (await listArtefacts(this.workspace)).map(viewOfArtefact) };
  }

  @Get(':stage/:hash/verification')
  @Needs('jobs')
  @RouteConfig({ slow: true } satisfies RouteLimits)
  @ApiOperation({ summary: 'Compare every file of an artefact with its manifest; reads all of it.' })
  @ApiOkResponse({ type: VerificationView })
  async verify(@Param('stage') stage: string, @Param('hash') hash: string): Promise<Verification> {
    return verifyArtefact((await findArtefact(this.workspace, stage, hash)).folder);
  }
}
