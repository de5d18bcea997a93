import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { Needs } from './access/access.decorator.js';
import { PageQuery } from './neighbours-query.dto.js';
import { NameList } from './query-lists.js';
import { SearchAnswer } from './search.view.js';
import { SearchQueries } from './search-queries.js';

const LONGEST_QUERY = 200;

/** A part of a name, and one page of what has it. */
export class SearchQuery extends PageQuery {
  @ApiProperty({
    description: 'One character or more of a name or an alias.',
    example: '糖尿',
    maxLength: LONGEST_QUERY,
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_QUERY)
  q!: string;

  @NameList('Only entities of these types; may be given several times.')
  type: string[] = [];
}

/** Entities by a part of their name. */
@ApiTags('graphs')
@Controller('v1/kgs/:kg/search')
@Needs('read')
export class SearchController {
  constructor(private readonly queries: SearchQueries) {}

  @Get()
  @ApiOperation({ summary: 'Entities whose name or alias holds a text: exact, then beginning, then inside; by rank.' })
  @ApiOkResponse({ type: SearchAnswer })
  search(@Param('kg') kg: string, @Query() { q, type, ...page }: SearchQuery): Promise<SearchAnswer> {
    return this.queries.search(kg, q, { ...page, types: type });
  }
}
