import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsNotEmpty, IsObject, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** Body of a new job; its settings are checked against the stage by the controller. */
export class CreateJob {
  @ApiProperty({ description: 'Name of the stage.', example: 'kg.rank' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  stage!: string;

  @ApiProperty({ description: 'Settings of the stage; what is left out takes its default.', type: Object })
  @IsObject()
  settings!: Record<string, unknown>;
}

export class ListJobs {
  @ApiProperty({
    type: 'integer',
    description: 'How many jobs.',
    minimum: 1,
    maximum: 1000,
    default: 100,
    required: false,
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  limit = 100;

  @ApiProperty({ description: 'Only jobs older than this one.', type: Number, required: false })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  before?: number;
}
