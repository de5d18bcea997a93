import { ApiProperty } from '@nestjs/swagger';
import type { Budget } from '../graph/neighbourhood.js';
import { EntityView, FoundEntityView } from './entity.view.js';

const BUDGETS = ['nodes', 'edges', 'milliseconds'] as const satisfies readonly Budget[];

/** An entity of a subgraph. */
export class NodeView extends EntityView {
  @ApiProperty({ required: false, description: 'PageRank; absent when the graph has not been ranked.' })
  rank?: number;
  @ApiProperty({ type: 'integer', required: false, description: 'Edges from the nearest asked entity; by rank only.' })
  hops?: number;
  @ApiProperty({ required: false, description: 'Probability that the walk stops here; by relevance only.' })
  relevance?: number;
}

export class EdgeView {
  @ApiProperty({ description: 'Key of the entity.' })
  head!: string;
  @ApiProperty()
  relation!: string;
  @ApiProperty({ description: 'Key of the entity.' })
  tail!: string;
}

export class ShownCounts {
  @ApiProperty({ type: 'integer' })
  entities!: number;
  @ApiProperty({ type: 'integer' })
  edges!: number;
}

export class TotalCounts {
  @ApiProperty({ type: 'integer', description: 'Entities within so many edges.' })
  entities!: number;
  @ApiProperty({ type: 'integer', description: 'Edges between the entities that are shown.' })
  edges!: number;
  @ApiProperty({ description: 'false: the time was over, there are at least so many.' })
  exact!: boolean;
}

/** Entities and the edges between them, as much as the budgets allow. */
export class SubgraphAnswer {
  @ApiProperty()
  kg!: string;
  @ApiProperty({ type: [FoundEntityView], description: 'The entities that were asked about.' })
  asked!: FoundEntityView[];
  @ApiProperty({ description: 'Whether the graph has ranks; without, the order within a distance is that of keys.' })
  ranked!: boolean;
  @ApiProperty({ type: ShownCounts })
  shown!: ShownCounts;
  @ApiProperty({ type: TotalCounts })
  total!: TotalCounts;
  @ApiProperty({ description: 'Whether a budget cut it.' })
  truncated!: boolean;
  @ApiProperty({ enum: BUDGETS, isArray: true, description: 'The budgets that cut it.' })
  endedBy!: Budget[];
  @ApiProperty({ type: [NodeView], description: 'The asked ones first, then the nearest or the most relevant.' })
  entities!: NodeView[];
  @ApiProperty({ type: [EdgeView] })
  edges!: EdgeView[];
}
