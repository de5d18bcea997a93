import { ApiProperty } from '@nestjs/swagger';
import { EntityView, FoundEntityView } from './entity.view.js';

export const PATH_BUDGETS = ['limit', 'milliseconds'] as const;

/** One edge of a path and where it leads. */
export class PathStepView {
  @ApiProperty()
  relation!: string;
  @ApiProperty({ enum: ['out', 'in'], description: '`out`: walked from head to tail.' })
  direction!: 'out' | 'in';
  @ApiProperty({ type: EntityView })
  entity!: EntityView;
}

export class PathView {
  @ApiProperty({ type: [PathStepView], description: 'From the first entity on; the last step leads to the second.' })
  steps!: PathStepView[];
}

export class PathsAnswer {
  @ApiProperty()
  kg!: string;
  @ApiProperty({ type: FoundEntityView })
  from!: FoundEntityView;
  @ApiProperty({ type: FoundEntityView })
  to!: FoundEntityView;
  @ApiProperty({ type: 'integer', required: false, description: 'Edges of each path; absent when none was found.' })
  length?: number;
  @ApiProperty({ type: 'integer', description: 'Paths of this answer.' })
  shown!: number;
  @ApiProperty({ type: 'integer', description: 'Shortest paths that there are; several edges of a pair count each.' })
  total!: number;
  @ApiProperty({ description: 'Whether something cut the answer.' })
  truncated!: boolean;
  @ApiProperty({
    enum: PATH_BUDGETS,
    isArray: true,
    description: '`milliseconds`: the time was over before all was looked at, there may be more paths, or one at all.',
  })
  endedBy!: (typeof PATH_BUDGETS)[number][];
  @ApiProperty({ type: [PathView], description: 'Those through the most important entity of the middle first.' })
  paths!: PathView[];
}
