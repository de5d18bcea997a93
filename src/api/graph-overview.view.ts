import { ApiProperty } from '@nestjs/swagger';
import { EntityView } from './entity.view.js';
import { GraphView } from './graphs.view.js';

/** How a graph as a whole looks in answers. */
export class SourceView {
  @ApiProperty({ description: 'Name within the graph.' })
  name!: string;
  @ApiProperty({ required: false })
  licence?: string;
  @ApiProperty({ required: false, description: 'Where its files were had from.' })
  origin?: string;
}

export class RankingView {
  @ApiProperty()
  hash!: string;
  @ApiProperty({ format: 'date-time' })
  rankedAt!: string;
  @ApiProperty({ type: Object, description: 'Iterations, convergence and the like.' })
  figures!: Record<string, number | string | boolean>;
}

export class GraphDetails extends GraphView {
  @ApiProperty({ type: [SourceView] })
  sources!: SourceView[];
  @ApiProperty({ type: RankingView, required: false, description: 'Absent when this version has not been ranked.' })
  ranking?: RankingView;
}

export class TypeCount {
  @ApiProperty()
  type!: string;
  @ApiProperty({ type: 'integer', description: 'Entities whose main type it is.' })
  entities!: number;
}

export class RelationCount {
  @ApiProperty()
  relation!: string;
  @ApiProperty({ type: 'integer' })
  triples!: number;
}

export class GraphCounts {
  @ApiProperty({ type: 'integer' })
  entities!: number;
  @ApiProperty({ type: 'integer' })
  triples!: number;
  @ApiProperty({ type: 'integer' })
  relations!: number;
  @ApiProperty({ type: 'integer' })
  types!: number;
  @ApiProperty({ type: 'integer' })
  aliases!: number;
  @ApiProperty({ type: 'integer', description: 'Triples whose head is their tail.' })
  selfLoops!: number;
}

export class DegreesView {
  @ApiProperty({ type: 'integer', description: 'Entities that no triple names.' })
  isolated!: number;
  @ApiProperty()
  mean!: number;
  @ApiProperty()
  median!: number;
  @ApiProperty({ description: '99 of 100 entities have at most so many.' })
  percentile99!: number;
  @ApiProperty({ type: 'integer' })
  largest!: number;
  @ApiProperty({
    type: 'integer',
    isArray: true,
    description: 'At i: entities with a degree from 2^i to 2^(i + 1) - 1.',
  })
  byPowerOfTwo!: number[];
}

export class ComponentsView {
  @ApiProperty({ type: 'integer' })
  count!: number;
  @ApiProperty({ type: 'integer', description: 'Entities of the largest.' })
  largest!: number;
}

export class HubView extends EntityView {
  @ApiProperty({ type: 'integer', description: 'Triples whose head or tail it is.' })
  degree!: number;
}

export class StatisticsAnswer {
  @ApiProperty()
  kg!: string;
  @ApiProperty({ type: GraphCounts })
  counts!: GraphCounts;
  @ApiProperty({ type: [TypeCount], description: 'The most frequent first.' })
  types!: TypeCount[];
  @ApiProperty({ type: [RelationCount], description: 'The most frequent first.' })
  relations!: RelationCount[];
  @ApiProperty({ type: DegreesView, description: 'Degree: triples whose head or tail an entity is.' })
  degrees!: DegreesView;
  @ApiProperty({ type: [HubView], description: 'The highest degrees.' })
  hubs!: HubView[];
  @ApiProperty({ type: ComponentsView, description: 'Weakly connected components.' })
  components!: ComponentsView;
}

export class SchemaPatternView {
  @ApiProperty()
  headType!: string;
  @ApiProperty()
  relation!: string;
  @ApiProperty()
  tailType!: string;
  @ApiProperty({ type: 'integer' })
  triples!: number;
}

export class SchemaAnswer {
  @ApiProperty()
  kg!: string;
  @ApiProperty({ type: 'integer', description: 'Patterns of this answer: the most frequent ones.' })
  shown!: number;
  @ApiProperty({ type: 'integer', description: 'Patterns of the graph.' })
  total!: number;
  @ApiProperty({ type: [SchemaPatternView] })
  patterns!: SchemaPatternView[];
}
