import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Needs } from './access/access.decorator.js';
import { SubgraphAnswer } from './neighbourhood.view.js';
import { NeighbourhoodQueries } from './neighbourhood-queries.js';
import { NeighbourhoodQuery, SubgraphBody } from './neighbourhood-query.dto.js';

/** The graph around some entities, within budgets. */
@ApiTags('graphs')
@Controller('v1/kgs/:kg')
@Needs('read')
export class SubgraphController {
  constructor(private readonly queries: NeighbourhoodQueries) {}

  @Get('entities/:entity/neighbourhood')
  @ApiOperation({ summary: 'The graph within 1 to 3 edges of an entity, by rank or relevance, within budgets.' })
  @ApiOkResponse({ type: SubgraphAnswer })
  around(
    @Param('kg') kg: string,
    @Param('entity') entity: string,
    @Query() { relation, type, ...question }: NeighbourhoodQuery,
  ): Promise<SubgraphAnswer> {
    return this.queries.subgraph(kg, [entity], { ...question, relations: relation, types: type });
  }

  @Post('subgraph')
  @HttpCode(200)
  @ApiOperation({ summary: 'The edges among some entities, and the graph around them, within budgets.' })
  @ApiOkResponse({ type: SubgraphAnswer })
  among(
    @Param('kg') kg: string,
    @Body() { entities, relation, type, ...question }: SubgraphBody,
  ): Promise<SubgraphAnswer> {
    return this.queries.subgraph(kg, entities, { ...question, relations: relation, types: type });
  }
}
