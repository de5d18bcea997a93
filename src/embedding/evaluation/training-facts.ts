/** What the training triples say about entities and relations that ranked triples are then judged by. */

import type { EmbeddingShape } from '../embedding-model.js';
import type { Triples } from '../triples.js';
import { distinctAnchors } from './distinct-anchors.js';

/** By how many tails a head has, and how many heads a tail: Bordes et al. 2013, 4.3. */
export const RELATION_CLASSES = ['1-1', '1-N', 'N-1', 'N-N'] as const;
export type RelationClass = (typeof RELATION_CLASSES)[number];

/** Mean from which a side counts as many. */
const MANY = 1.5;

export interface TrainingFacts {
  /** [entities] 1 where a training triple has it. */
  readonly seenEntities: Uint8Array;
  readonly seenRelations: Uint8Array;
  /** [relations] */
  readonly classes: readonly RelationClass[];
}

export function trainingFacts(
  { heads, relations, tails }: Triples,
  shape: Pick<EmbeddingShape, 'entities' | 'relations'>,
): TrainingFacts {
  const seenEntities = new Uint8Array(shape.entities);
  const seenRelations = new Uint8Array(shape.relations);
  const counts = new Float64Array(shape.relations);
  const distinct = [heads, tails].map((side) => distinctAnchors(side, relations, shape.relations));
  for (let at = 0; at < heads.length; at++) {
    const relation = relations[at];
    counts[relation]++;
    seenRelations[relation] = 1;
    seenEntities[heads[at]] = 1;
    seenEntities[tails[at]] = 1;
  }
  const classes = Array.from(counts, (count, relation): RelationClass => {
    const manyTails = count / distinct[0][relation] >= MANY;
    const manyHeads = count / distinct[1][relation] >= MANY;
    return `${manyHeads ? 'N' : '1'}-${manyTails ? 'N' : '1'}`;
  });
  return { seenEntities, seenRelations, classes };
}
