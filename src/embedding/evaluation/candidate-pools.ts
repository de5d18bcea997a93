import type { EmbeddingShape } from '../embedding-model.js';
import type { Triples } from '../triples.js';
import type { RankSide } from './rank-table.js';

/**
 * Which entities can stand at a side of a relation, as triples show it: the type constraint of OpenKE, whose
 * `type_constrain.txt` lists the heads and tails that a relation has in training, validation and test.
 */
export class CandidatePools {
  /** By 2 * relation + (1 for heads); ascending. */
  private readonly pools: readonly Int32Array[];

  constructor({ relations: count }: Pick<EmbeddingShape, 'relations'>, lists: readonly Triples[]) {
    const sets = Array.from({ length: 2 * count }, () => new Set<number>());
    for (const { heads, relations, tails } of lists) {
      for (let at = 0; at < heads.length; at++) {
        sets[2 * relations[at]].add(tails[at]);
        sets[2 * relations[at] + 1].add(heads[at]);
      }
    }
    this.pools = sets.map((set) => Int32Array.from(set).sort());
  }

  of(relation: number, side: RankSide): Int32Array {
    return this.pools[2 * relation + (side === 'head' ? 1 : 0)];
  }
}
