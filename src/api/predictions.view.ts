import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { EntityView } from './entity.view.js';
import { WholeNumber } from './whole-number.js';

const LONGEST_NAME = 500;

/** Ranges of what a question to a model may ask, and what holds when nothing is said. */
export const PREDICTION_LIMITS = { limit: { minimum: 1, maximum: 1000, default: 10 } } as const;

export class PredictionsQuery {
  @ApiProperty({ description: 'Key, name or alias of the head.', required: false, maxLength: LONGEST_NAME })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_NAME)
  head?: string;

  @ApiProperty({ description: 'Name of the relation.', required: false, maxLength: LONGEST_NAME })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_NAME)
  relation?: string;

  @ApiProperty({ description: 'Key, name or alias of the tail.', required: false, maxLength: LONGEST_NAME })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_NAME)
  tail?: string;

  @WholeNumber('How many.', PREDICTION_LIMITS.limit)
  limit: number = PREDICTION_LIMITS.limit.default;

  @ApiProperty({
    type: Boolean,
    description: 'Also show edges that the graph has, marked; otherwise they are left out.',
    default: false,
    required: false,
  })
  @IsOptional()
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  known = false;
}

export class SimilarQuery {
  @WholeNumber('How many.', PREDICTION_LIMITS.limit)
  limit: number = PREDICTION_LIMITS.limit.default;
}

/** `of` is to the answer as `first` is to `second`. */
export class AnalogiesQuery extends SimilarQuery {
  @ApiProperty({ description: 'Key, name or alias.', maxLength: LONGEST_NAME })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_NAME)
  first!: string;

  @ApiProperty({ description: 'Key, name or alias.', maxLength: LONGEST_NAME })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_NAME)
  second!: string;

  @ApiProperty({ description: 'Key, name or alias.', maxLength: LONGEST_NAME })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_NAME)
  of!: string;
}

/** One candidate, an entity or a relation as was asked. */
export class PredictionView {
  @ApiProperty({ required: false, type: EntityView })
  entity?: EntityView;
  @ApiProperty({ required: false })
  relation?: string;
  @ApiProperty({
    description: 'As the model scores it; higher is more plausible, and comparable within an answer only.',
  })
  score!: number;
  @ApiProperty({ description: 'Whether the graph has this edge.' })
  known!: boolean;
}

export class PredictionAnswer {
  @ApiProperty()
  kg!: string;
  @ApiProperty({ description: 'As DGL-KE calls it.' })
  model!: string;
  @ApiProperty({ required: false })
  head?: string;
  @ApiProperty({ required: false })
  relation?: string;
  @ApiProperty({ required: false })
  tail?: string;
  @ApiProperty({ type: [PredictionView], description: 'The most plausible first.' })
  predictions!: PredictionView[];
}

export class SimilarView extends EntityView {
  @ApiProperty({ description: 'Cosine of the vectors, -1 to 1.' })
  cosine!: number;
}

export class SimilarAnswer {
  @ApiProperty()
  kg!: string;
  @ApiProperty()
  model!: string;
  @ApiProperty({ type: [EntityView], description: 'Those that were asked with.' })
  entities!: EntityView[];
  @ApiProperty({ type: [SimilarView] })
  similar!: SimilarView[];
}
