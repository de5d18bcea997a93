import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Needs } from './access/access.decorator.js';
import { EntityAnswer } from './entity-details.view.js';
import { GraphQueries } from './graph-queries.js';
import { NeighbourAnswer } from './neighbours.view.js';
import { NeighboursQuery } from './neighbours-query.dto.js';

/** One entity, asked by key, name or alias, and what lies around it. */
@ApiTags('graphs')
@Controller('v1/kgs/:kg/entities/:entity')
@Needs('read')
export class EntitiesController {
  constructor(private readonly queries: GraphQueries) {}

  @Get()
  @ApiOperation({ summary: 'One entity (by key, name or alias): types, aliases, properties, sources, degrees, rank.' })
  @ApiOkResponse({ type: EntityAnswer })
  show(@Param('kg') kg: string, @Param('entity') entity: string): Promise<EntityAnswer> {
    return this.queries.entity(kg, entity);
  }

  @Get('neighbours')
  @ApiOperation({ summary: 'Neighbours of an entity (by key, name or alias), the most important first.' })
  @ApiOkResponse({ type: NeighbourAnswer })
  neighbours(
    @Param('kg') kg: string,
    @Param('entity') entity: string,
    @Query() { relation, type, ...question }: NeighboursQuery,
  ): Promise<NeighbourAnswer> {
    return this.queries.neighbours(kg, entity, { ...question, relations: relation, types: type });
  }
}
