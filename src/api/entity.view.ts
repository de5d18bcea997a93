import { ApiProperty } from '@nestjs/swagger';
import type { GraphSnapshot } from '../graph/graph-snapshot.js';
import type { Neighbour } from '../graph/neighbours.js';

/** An entity as every answer shows it, and what stands beside it where it is a neighbour. */
export class EntityView {
  @ApiProperty({ description: 'Stable id of the source.' })
  key!: string;
  @ApiProperty()
  name!: string;
  @ApiProperty({ description: 'The main type.' })
  type!: string;
}

/** The entity that a text was taken for. */
export class FoundEntityView extends EntityView {
  @ApiProperty({
    type: 'integer',
    description: 'How many entities the asked text may mean; the answer is about the most important of them.',
  })
  sameName!: number;
}

export class NeighbourView extends EntityView {
  @ApiProperty()
  relation!: string;
  @ApiProperty({
    enum: ['out', 'in'],
    description: '`out`: the entity at the near end is the head, `in`: it is the tail.',
  })
  direction!: 'out' | 'in';
  @ApiProperty({ required: false, description: 'PageRank; absent when the graph has not been ranked.' })
  rank?: number;
}

export function viewOf(snapshot: GraphSnapshot, entity: number): EntityView {
  return {
    key: snapshot.entityKeys.at(entity),
    name: snapshot.entityNames.at(entity),
    type: snapshot.typeNames.at(snapshot.entityTypes[entity]),
  };
}

export function neighbourView(
  snapshot: GraphSnapshot,
  ranks: Float64Array | undefined,
  { entity, relation, direction }: Neighbour,
): NeighbourView {
  // Most of an answer's time is spent here: one object each, and no copies.
  const view: NeighbourView = {
    key: snapshot.entityKeys.at(entity),
    name: snapshot.entityNames.at(entity),
    type: snapshot.typeNames.at(snapshot.entityTypes[entity]),
    relation: snapshot.relationNames.at(relation),
    direction: direction === 1 ? 'out' : 'in',
  };
  if (ranks !== undefined) view.rank = ranks[entity];
  return view;
}
