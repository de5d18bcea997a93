import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Needs } from './access/access.decorator.js';
import { SuggestionQueries } from './suggestion-queries.js';
import { SuggestionsAnswer, SuggestionsQuery } from './suggestions.view.js';

/** What a graph might be missing, by the newest model of `kg.embed`. */
@ApiTags('graphs')
@Controller('v1/kgs/:kg/suggestions')
@Needs('read')
export class SuggestionsController {
  constructor(private readonly queries: SuggestionQueries) {}

  @Get()
  @ApiOperation({
    summary: 'The most plausible edges of a relation, over all its heads and tails, that the graph lacks.',
  })
  @ApiOkResponse({ type: SuggestionsAnswer })
  suggest(@Param('kg') kg: string, @Query() question: SuggestionsQuery): Promise<SuggestionsAnswer> {
    return this.queries.suggest(kg, question);
  }
}
