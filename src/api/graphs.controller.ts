import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Workspace } from '../runs/workspace.js';
import { Needs } from './access/access.decorator.js';
import { GraphQueries, type GraphView, listGraphs, type NeighbourAnswer } from './graph-queries.js';
import { NeighboursQuery } from './neighbours-query.dto.js';

/** Graphs and what lies around their entities. */
@ApiTags('graphs')
@Controller('v1/kgs')
@Needs('read')
export class GraphsController {
  constructor(
    private readonly queries: GraphQueries,
    private readonly workspace: Workspace,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The graphs of the workspace.' })
  async list(): Promise<{ graphs: GraphView[] }> {
    return { graphs: await listGraphs(this.workspace) };
  }

  @Get(':kg/entities/:entity/neighbours')
  @ApiOperation({ summary: 'Neighbours of an entity (by key, name or alias), the most important first.' })
  neighbours(
    @Param('kg') kg: string,
    @Param('entity') entity: string,
    @Query() query: NeighboursQuery,
  ): Promise<NeighbourAnswer> {
    return this.queries.neighbours(kg, entity, query);
  }
}
