import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Workspace } from '../runs/workspace.js';
import { Needs } from './access/access.decorator.js';
import { GraphDetails, SchemaAnswer, StatisticsAnswer } from './graph-overview.view.js';
import { listGraphs } from './graph-queries.js';
import { GraphRemoval, RemoveGraphQuery } from './graph-removals.dto.js';
import { GraphRemovals } from './graph-removals.js';
import { GraphList } from './graphs.view.js';
import { OverviewQueries } from './overview-queries.js';

/** Graphs as a whole. */
@ApiTags('graphs')
@Controller('v1/kgs')
@Needs('read')
export class GraphsController {
  constructor(
    private readonly workspace: Workspace,
    private readonly overview: OverviewQueries,
    private readonly removals: GraphRemovals,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The graphs of the workspace.' })
  @ApiOkResponse({ type: GraphList })
  async list(): Promise<GraphList> {
    return { graphs: await listGraphs(this.workspace) };
  }

  @Get(':kg')
  @ApiOperation({ summary: 'One graph: its import, sources and ranking.' })
  @ApiOkResponse({ type: GraphDetails })
  show(@Param('kg') kg: string): Promise<GraphDetails> {
    return this.overview.details(kg);
  }

  @Get(':kg/statistics')
  @ApiOperation({ summary: 'Counts by type and relation, degrees, hubs and components of a graph.' })
  @ApiOkResponse({ type: StatisticsAnswer })
  statistics(@Param('kg') kg: string): Promise<StatisticsAnswer> {
    return this.overview.statistics(kg);
  }

  @Get(':kg/schema')
  @ApiOperation({ summary: 'Which relation leads from which type to which, and how often.' })
  @ApiOkResponse({ type: SchemaAnswer })
  schema(@Param('kg') kg: string): Promise<SchemaAnswer> {
    return this.overview.schema(kg);
  }

  @Delete(':kg')
  @Needs('jobs')
  @ApiOperation({
    summary: 'Delete a graph, every version of it, and what was computed from it; refused while a job works on it.',
  })
  @ApiOkResponse({ type: GraphRemoval })
  remove(@Param('kg') kg: string, @Query() { derived, dryRun }: RemoveGraphQuery): Promise<GraphRemoval> {
    return this.removals.remove(kg, { derived: derived === 'true', dryRun: dryRun === 'true' });
  }
}
