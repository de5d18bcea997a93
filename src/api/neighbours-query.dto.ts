import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { LARGEST_PAGE } from './graph-queries.js';

/** One page of neighbours. */
export class NeighboursQuery {
  @ApiProperty({
    type: 'integer',
    description: 'How many neighbours.',
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
  @MaxLength(200)
  cursor?: string;
}
