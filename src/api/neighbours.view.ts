import { ApiProperty } from '@nestjs/swagger';
import { FoundEntityView, NeighbourView } from './entity.view.js';

/** One page of neighbours. */
export class NeighbourAnswer {
  @ApiProperty()
  kg!: string;
  @ApiProperty({ type: FoundEntityView })
  entity!: FoundEntityView;
  @ApiProperty({ description: 'Whether the graph has ranks; without, the order is that of keys.' })
  ranked!: boolean;
  @ApiProperty({ type: 'integer', description: 'Neighbours of this page.' })
  shown!: number;
  @ApiProperty({ type: 'integer', description: 'Neighbours that the question is about.' })
  total!: number;
  @ApiProperty({ type: [NeighbourView] })
  neighbours!: NeighbourView[];
  @ApiProperty({ required: false, description: 'Give it back as `cursor` to get the next page; absent on the last.' })
  next?: string;
}
