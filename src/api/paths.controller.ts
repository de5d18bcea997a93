import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Needs } from './access/access.decorator.js';
import { PathQueries } from './path-queries.js';
import { PathsAnswer } from './paths.view.js';
import { PathsQuery } from './paths-query.dto.js';

/** What connects two entities. */
@ApiTags('graphs')
@Controller('v1/kgs/:kg/paths')
@Needs('read')
export class PathsController {
  constructor(private readonly queries: PathQueries) {}

  @Get()
  @ApiOperation({ summary: 'The shortest paths between two entities.' })
  @ApiOkResponse({ type: PathsAnswer })
  paths(@Param('kg') kg: string, @Query() { relation, type, ...question }: PathsQuery): Promise<PathsAnswer> {
    return this.queries.paths(kg, { ...question, relations: relation, types: type });
  }
}
