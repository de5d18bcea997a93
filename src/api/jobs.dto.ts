import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsNotEmpty, IsObject, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { JOB_STATES, type JobState } from '../runs/job.js';

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

  @ApiProperty({ description: 'Only jobs older than this one.', type: 'integer', minimum: 1, required: false })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  before?: number;

  @ApiProperty({ description: 'Only jobs in this state.', enum: JOB_STATES, required: false })
  @IsOptional()
  @IsIn(JOB_STATES)
  state?: JobState;

  @ApiProperty({ description: 'Only jobs of this stage.', type: String, required: false, maxLength: 100 })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  stage?: string;
}

export class ListJobMetrics {
  @ApiProperty({
    type: 'integer',
    description: 'How many.',
    minimum: 1,
    maximum: 10_000,
    default: 1000,
    required: false,
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(10_000)
  limit = 1000;

  @ApiProperty({ description: 'Only those after this event.', type: 'integer', minimum: 0, required: false })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  after?: number;
}
