/** A whole number of a range, given as a query parameter or in a body. */
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

interface Range {
  minimum: number;
  maximum: number;
  default?: number;
}

export function WholeNumber(description: string, { minimum, maximum, default: byDefault }: Range): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: 'integer', description, minimum, maximum, default: byDefault, required: false }),
    IsOptional(),
    Type(() => Number),
    IsInt(),
    Min(minimum),
    Max(maximum),
  );
}
