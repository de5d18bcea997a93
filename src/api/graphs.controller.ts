import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Workspace } from '../runs/workspace.js';
import { Needs } from './access/access.decorator.js';
import { listGraphs } from './graph-queries.js';
import { GraphList } from './graphs.view.js';

/** Graphs as a whole. */
@ApiTags('graphs')
@Controller('v1/kgs')
@Needs('read')
export class GraphsController {
  constructor(private readonly workspace: Workspace) {}

  @Get()
  @ApiOperation({ summary: 'The graphs of the workspace.' })
  @ApiOkResponse({ type: GraphList })
  async list(): Promise<GraphList> {
    return { graphs: await listGraphs(this.workspace) };
  }
}
