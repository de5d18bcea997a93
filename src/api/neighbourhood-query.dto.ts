import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import type { EdgeDirection } from '../graph/neighbour-filter.js';
import { DIRECTIONS } from './neighbours-query.dto.js';
import { NameList } from './query-lists.js';
import { WholeNumber } from './whole-number.js';

export const SORTS = ['rank', 'relevance'] as const;
export type Sort = (typeof SORTS)[number];

/** A budget's range and what holds when nothing is said. */
export const BUDGETS = {
  hops: { minimum: 0, maximum: 3 },
  nodes: { minimum: 1, maximum: 1000, default: 100 },
  edges: { minimum: 0, maximum: 10_000, default: 1000 },
  milliseconds: { minimum: 1, maximum: 10_000, default: 50 },
} as const;

const MOST_ENTITIES = 1000;
const LONGEST_NAME = 500;

/** Which edges are walked, in which order what is found is shown, and how much of it. */
class WalkQuery {
  @ApiProperty({
    enum: DIRECTIONS,
    description: '`out`: edges are walked from head to tail, `in`: from tail to head.',
    default: 'both',
    required: false,
  })
  @IsOptional()
  @IsIn(DIRECTIONS)
  direction: EdgeDirection = 'both';

  @NameList('Only edges of these relations; may be given several times.')
  relation: string[] = [];

  @NameList('Only entities of these types are shown and walked through; may be given several times.')
  type: string[] = [];

  @ApiProperty({
    enum: SORTS,
    description:
      '`rank`: the nearest first, each distance by rank. `relevance`: by the probability that a random walk stops there ' +
      'which begins at the asked entities and stops before each step with probability 0.15.',
    default: 'rank',
    required: false,
  })
  @IsOptional()
  @IsIn(SORTS)
  sort: Sort = 'rank';

  @WholeNumber('Entities that are shown at most, the asked ones among them.', BUDGETS.nodes)
  nodes: number = BUDGETS.nodes.default;

  @WholeNumber('Edges that are shown at most.', BUDGETS.edges)
  edges: number = BUDGETS.edges.default;

  @WholeNumber('Time after which the search ends with what it has.', BUDGETS.milliseconds)
  milliseconds: number = BUDGETS.milliseconds.default;
}

/** The graph around one entity. */
export class NeighbourhoodQuery extends WalkQuery {
  @WholeNumber('Edges from the entity.', { ...BUDGETS.hops, minimum: 1, default: 2 })
  hops = 2;
}

/** The graph among some entities, and around them. */
export class SubgraphBody extends WalkQuery {
  @ApiProperty({ type: [String], description: 'Keys, names or aliases.', minItems: 1, maxItems: MOST_ENTITIES })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_ENTITIES)
  @IsString({ each: true })
  @MaxLength(LONGEST_NAME, { each: true })
  entities!: string[];

  @WholeNumber('Edges from the entities; 0: only these and the edges between them.', { ...BUDGETS.hops, default: 0 })
  hops = 0;
}
