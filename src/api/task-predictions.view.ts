import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

/** A model reads a few hundred tokens of a text: what is much longer is a mistake. */
export const TASK_PREDICTION_LIMITS = { examples: 64, text: 10_000 } as const;

export class SpanBody {
  @ApiProperty({ description: 'First UTF-16 unit.', minimum: 0 })
  @IsInt()
  @Min(0)
  start!: number;

  @ApiProperty({ description: 'The unit after the last.', minimum: 1 })
  @IsInt()
  @Min(1)
  end!: number;
}

export class TaskQuestionBody {
  @ApiProperty({ description: 'The text, or the question to be answered.', maxLength: TASK_PREDICTION_LIMITS.text })
  @IsString()
  @IsNotEmpty()
  @MaxLength(TASK_PREDICTION_LIMITS.text)
  text!: string;

  @ApiProperty({
    required: false,
    description: 'Of matching, nli and ranking: the second text, or the answer.',
    maxLength: TASK_PREDICTION_LIMITS.text,
  })
  @IsOptional()
  @IsString()
  @MaxLength(TASK_PREDICTION_LIMITS.text)
  pair?: string;

  @ApiProperty({ required: false, type: SpanBody, description: 'Of relation: where the subject stands in the text.' })
  @IsOptional()
  @ValidateNested()
  @Type(() => SpanBody)
  subject?: SpanBody;

  @ApiProperty({ required: false, type: SpanBody, description: 'Of relation: where the object stands in the text.' })
  @IsOptional()
  @ValidateNested()
  @Type(() => SpanBody)
  object?: SpanBody;
}

export class TaskPredictionsBody {
  @ApiProperty({ type: [TaskQuestionBody], minItems: 1, maxItems: TASK_PREDICTION_LIMITS.examples })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(TASK_PREDICTION_LIMITS.examples)
  @ValidateNested({ each: true })
  @Type(() => TaskQuestionBody)
  examples!: TaskQuestionBody[];
}

export class PredictedEntity {
  @ApiProperty()
  start!: number;
  @ApiProperty({ description: 'The UTF-16 unit after the last.' })
  end!: number;
  @ApiProperty()
  type!: string;
  @ApiProperty()
  text!: string;
}

export class TaskPredictionView {
  @ApiProperty({ description: 'Its number in the request, from 1.' })
  id!: string;
  @ApiProperty({ required: false, description: 'The most probable label.' })
  label?: string;
  @ApiPropertyOptional({ type: Object, additionalProperties: { type: 'number' }, description: 'Of each label.' })
  probabilities?: Record<string, number>;
  @ApiProperty({ required: false, description: 'Of ranking: the probability that the answer is right.' })
  score?: number;
  @ApiProperty({ required: false, type: [PredictedEntity] })
  entities?: PredictedEntity[];
  @ApiProperty({ description: 'Linked mentions whose neighbours were infused.' })
  mentions!: number;
}

export class TaskPredictionsAnswer {
  @ApiProperty()
  run!: string;
  @ApiProperty({ example: 'ner' })
  task!: string;
  @ApiProperty({ type: [TaskPredictionView] })
  predictions!: TaskPredictionView[];
}
