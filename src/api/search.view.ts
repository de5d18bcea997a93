import { ApiProperty } from '@nestjs/swagger';
import type { MatchKind } from '../graph/search-names.js';
import { EntityView } from './entity.view.js';

const KINDS = ['exact', 'prefix', 'inside'] as const satisfies readonly MatchKind[];

/** One entity whose name or alias holds the query. */
export class SearchHit extends EntityView {
  @ApiProperty({ enum: KINDS, description: 'The whole text, its beginning, or somewhere in it.' })
  match!: MatchKind;
  @ApiProperty({ required: false, description: 'The alias that matched; absent when the name did.' })
  alias?: string;
  @ApiProperty({ required: false, description: 'PageRank; absent when the graph has not been ranked.' })
  rank?: number;
}

export class SearchAnswer {
  @ApiProperty()
  kg!: string;
  @ApiProperty()
  query!: string;
  @ApiProperty({ description: 'Whether the graph has ranks; without, the order within a kind is that of keys.' })
  ranked!: boolean;
  @ApiProperty({ type: 'integer', description: 'Entities of this page.' })
  shown!: number;
  @ApiProperty({ type: 'integer', description: 'Entities that match.' })
  total!: number;
  @ApiProperty({ type: [SearchHit] })
  hits!: SearchHit[];
  @ApiProperty({ required: false, description: 'Give it back as `cursor` to get the next page; absent on the last.' })
  next?: string;
}
