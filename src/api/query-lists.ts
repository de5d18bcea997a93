/** Query parameters that may be given several times: `?relation=a&relation=b`. */
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsOptional, IsString, MaxLength } from 'class-validator';

const MOST_NAMES = 50;
const LONGEST_NAME = 500;

/** A list of names; one alone is a list of one. */
export function NameList(description: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ description, type: [String], required: false, maxItems: MOST_NAMES }),
    IsOptional(),
    Transform(({ value }) => (value === undefined || Array.isArray(value) ? value : [value])),
    IsArray(),
    ArrayMaxSize(MOST_NAMES),
    IsString({ each: true }),
    MaxLength(LONGEST_NAME, { each: true }),
  );
}
