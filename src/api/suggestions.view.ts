import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { EntityView } from './entity.view.js';
import { NameList } from './query-lists.js';
import { WholeNumber } from './whole-number.js';

const LONGEST_NAME = 500;

/** Ranges of what a question for new edges may ask, and what holds when nothing is said. */
export const SUGGESTION_LIMITS = {
  limit: { minimum: 1, maximum: 10_000, default: 50 },
  perHead: { minimum: 1, maximum: 10_000 },
  milliseconds: { minimum: 1, maximum: 60_000, default: 10_000 },
} as const;

export class SuggestionsQuery {
  @ApiProperty({ description: 'Name of the relation.', maxLength: LONGEST_NAME })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_NAME)
  relation!: string;

  @NameList('Heads of these types; default: those that the relation has in the graph.')
  headType: string[] = [];

  @NameList('Tails of these types; default: those that the relation has in the graph.')
  tailType: string[] = [];

  @WholeNumber('How many.', SUGGESTION_LIMITS.limit)
  limit: number = SUGGESTION_LIMITS.limit.default;

  @WholeNumber('How many of one head, at most.', SUGGESTION_LIMITS.perHead)
  perHead?: number;

  @ApiProperty({
    type: Boolean,
    description: 'Only entities that already are heads, or tails, of the relation.',
    default: false,
    required: false,
  })
  @IsOptional()
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  knownEnds = false;

  @WholeNumber('Time after which the search ends with what it has.', SUGGESTION_LIMITS.milliseconds)
  milliseconds: number = SUGGESTION_LIMITS.milliseconds.default;
}

export class SuggestionView {
  @ApiProperty({ type: EntityView })
  head!: EntityView;
  @ApiProperty({ type: EntityView })
  tail!: EntityView;
  @ApiProperty({
    description: 'As the model scores it; higher is more plausible, and comparable within an answer only.',
  })
  score!: number;
}

export class SuggestionsAnswer {
  @ApiProperty()
  kg!: string;
  @ApiProperty({ description: 'As DGL-KE calls it.' })
  model!: string;
  @ApiProperty()
  relation!: string;
  @ApiProperty({ type: [String] })
  headTypes!: string[];
  @ApiProperty({ type: [String] })
  tailTypes!: string[];
  @ApiProperty({ type: 'integer', description: 'Heads that were looked at.' })
  heads!: number;
  @ApiProperty({ type: 'integer', description: 'Tails that were looked at.' })
  tails!: number;
  @ApiProperty({ type: 'integer', description: 'Pairs that were scored, the known ones included.' })
  pairs!: number;
  @ApiProperty({ description: 'Whether the time was over before all pairs were scored.' })
  truncated!: boolean;
  @ApiProperty({ type: [SuggestionView], description: 'Edges that the graph does not have, the most plausible first.' })
  suggestions!: SuggestionView[];
}
