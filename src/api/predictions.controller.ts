import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Needs } from './access/access.decorator.js';
import { PredictionQueries } from './prediction-queries.js';
import { AnalogiesQuery, PredictionAnswer, PredictionsQuery, SimilarAnswer, SimilarQuery } from './predictions.view.js';

/** What the newest model of `kg.embed` expects. */
@ApiTags('graphs')
@Controller('v1/kgs/:kg')
@Needs('read')
export class PredictionsController {
  constructor(private readonly queries: PredictionQueries) {}

  @Get('predictions')
  @ApiOperation({
    summary: 'The most plausible tails, heads or relations, given the other two; edges it has are left out.',
  })
  @ApiOkResponse({ type: PredictionAnswer })
  predict(@Param('kg') kg: string, @Query() question: PredictionsQuery): Promise<PredictionAnswer> {
    return this.queries.predict(kg, question);
  }

  @Get('analogies')
  @ApiOperation({ summary: 'What is to one entity as a second is to a first, by their vectors.' })
  @ApiOkResponse({ type: SimilarAnswer })
  analogies(@Param('kg') kg: string, @Query() { first, second, of, limit }: AnalogiesQuery): Promise<SimilarAnswer> {
    return this.queries.analogies(kg, [first, second, of], limit);
  }

  @Get('entities/:entity/similar')
  @ApiOperation({ summary: 'Entities (to one by key, name or alias) whose vectors point the same way.' })
  @ApiOkResponse({ type: SimilarAnswer })
  similar(
    @Param('kg') kg: string,
    @Param('entity') entity: string,
    @Query() { limit }: SimilarQuery,
  ): Promise<SimilarAnswer> {
    return this.queries.similar(kg, entity, limit);
  }
}
