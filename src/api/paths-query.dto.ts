import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import type { EdgeDirection } from '../graph/neighbour-filter.js';
import { DIRECTIONS } from './neighbours-query.dto.js';
import { NameList } from './query-lists.js';
import { WholeNumber } from './whole-number.js';

const LONGEST_NAME = 500;

/** Ranges of what a question for paths may ask, and what holds when nothing is said. */
export const PATH_LIMITS = {
  longest: { minimum: 1, maximum: 8, default: 4 },
  limit: { minimum: 1, maximum: 100, default: 10 },
  milliseconds: { minimum: 1, maximum: 10_000, default: 200 },
} as const;

/** Two entities, which edges lead from one to the other, and how much is shown. */
export class PathsQuery {
  @ApiProperty({ description: 'Key, name or alias of the first entity.', maxLength: LONGEST_NAME })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_NAME)
  from!: string;

  @ApiProperty({ description: 'Key, name or alias of the second entity.', maxLength: LONGEST_NAME })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_NAME)
  to!: string;

  @ApiProperty({
    enum: DIRECTIONS,
    description: '`out`: every edge is walked from head to tail, `in`: from tail to head.',
    default: 'both',
    required: false,
  })
  @IsOptional()
  @IsIn(DIRECTIONS)
  direction: EdgeDirection = 'both';

  @NameList('Only edges of these relations; may be given several times.')
  relation: string[] = [];

  @NameList('Only through entities of these types; may be given several times.')
  type: string[] = [];

  @WholeNumber('Edges of a path at most.', PATH_LIMITS.longest)
  longest: number = PATH_LIMITS.longest.default;

  @WholeNumber('Paths that are shown at most.', PATH_LIMITS.limit)
  limit: number = PATH_LIMITS.limit.default;

  @WholeNumber('Time after which the search ends with what it has.', PATH_LIMITS.milliseconds)
  milliseconds: number = PATH_LIMITS.milliseconds.default;
}
