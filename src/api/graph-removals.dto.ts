import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';

/** How much goes with a graph. */
export class RemoveGraphQuery {
  @ApiProperty({
    enum: ['true', 'false'],
    required: false,
    description: 'Also embeddings, linked corpora and models that were made with the graph.',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  derived?: 'true' | 'false';

  @ApiProperty({ enum: ['true', 'false'], required: false, description: 'Only say what would go.' })
  @IsOptional()
  @IsIn(['true', 'false'])
  dryRun?: 'true' | 'false';
}

export class RemovedResult {
  @ApiProperty({ description: 'What made it.' })
  stage!: string;
  @ApiProperty()
  hash!: string;
  @ApiProperty({ description: 'Within the workspace.' })
  folder!: string;
  @ApiProperty({ type: 'integer' })
  bytes!: number;
}

export class GraphRemoval {
  @ApiProperty()
  kg!: string;
  @ApiProperty({ description: 'true: nothing was removed.' })
  dryRun!: boolean;
  @ApiProperty({ type: [RemovedResult], description: 'What went, or would go.' })
  removed!: RemovedResult[];
  @ApiProperty({ type: [RemovedResult], description: 'What was made with the graph and stays.' })
  kept!: RemovedResult[];
}
