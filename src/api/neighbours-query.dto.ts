import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import type { EdgeDirection } from '../graph/neighbour-filter.js';
import { LARGEST_PAGE } from './graph-queries.js';
import { NameList } from './query-lists.js';

export const DIRECTIONS = ['out', 'in', 'both'] as const satisfies readonly EdgeDirection[];
const LONGEST_CURSOR = 300;

/** One page of a list. */
export class PageQuery {
  @ApiProperty({
    type: 'integer',
    description: 'How many.',
    minimum: 1,
    maximum: LARGEST_PAGE,
    default: 20,
    required: false,
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LARGEST_PAGE)
  limit = 20;

  @ApiProperty({ description: 'The `next` of the page before.', type: String, required: false })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_CURSOR)
  cursor?: string;
}

/** Which neighbours, and one page of them. */
export class NeighboursQuery extends PageQuery {
  @ApiProperty({
    enum: DIRECTIONS,
    description: '`out`: edges whose head is the entity, `in`: whose tail it is.',
    default: 'both',
    required: false,
  })
  @IsOptional()
  @IsIn(DIRECTIONS)
  direction: EdgeDirection = 'both';

  @NameList('Only these relations; may be given several times.')
  relation: string[] = [];

  @NameList('Only neighbours of these types; may be given several times.')
  type: string[] = [];
}
