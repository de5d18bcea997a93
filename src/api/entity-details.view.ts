import { ApiProperty } from '@nestjs/swagger';
import type { PropertyValue } from '../graph/graph-store.js';
import { FoundEntityView } from './entity.view.js';

/** How an entity stands in its graph. */
export class EntityDegrees {
  @ApiProperty({ type: 'integer', description: 'Triples whose head it is.' })
  out!: number;
  @ApiProperty({ type: 'integer', description: 'Triples whose tail it is.' })
  in!: number;
  @ApiProperty({ type: 'integer', description: 'Other entities at the ends of these.' })
  neighbours!: number;
}

/** Everything that is known of one entity. */
export class EntityDetails extends FoundEntityView {
  @ApiProperty({ type: [String], description: 'The main type first.' })
  types!: string[];
  @ApiProperty({ type: [String] })
  aliases!: string[];
  @ApiProperty({
    type: 'object',
    additionalProperties: {},
    description: 'As the sources tell: texts, numbers, truth values and lists of them.',
  })
  properties!: Record<string, PropertyValue>;
  @ApiProperty({ type: [String], description: 'Names of the sources that tell of it.' })
  sources!: string[];
  @ApiProperty({ type: EntityDegrees })
  degrees!: EntityDegrees;
  @ApiProperty({ required: false, description: 'PageRank; absent when the graph has not been ranked.' })
  rank?: number;
  @ApiProperty({ type: 'integer', required: false, description: 'By rank: 1 for the most important; absent likewise.' })
  place?: number;
}

export class EntityAnswer {
  @ApiProperty()
  kg!: string;
  @ApiProperty({ type: EntityDetails })
  entity!: EntityDetails;
}
