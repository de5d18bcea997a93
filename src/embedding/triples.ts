import type { GraphSnapshot } from '../graph/graph-snapshot.js';

/** A list of triples by dense ids, a column each. */
export interface Triples {
  readonly heads: Int32Array;
  readonly relations: Int32Array;
  readonly tails: Int32Array;
}

export const NO_TRIPLES: Triples = {
  heads: new Int32Array(),
  relations: new Int32Array(),
  tails: new Int32Array(),
};

export function tripleCount({ heads }: Triples): number {
  return heads.length;
}

/** All triples of a graph, ordered by (head, relation, tail). */
export function triplesOf({ outgoing, entityCount, tripleCount: count }: GraphSnapshot): Triples {
  const heads = new Int32Array(count);
  for (let head = 0; head < entityCount; head++) {
    heads.fill(head, outgoing.offsets[head], outgoing.offsets[head + 1]);
  }
  return { heads, relations: Int32Array.from(outgoing.relations), tails: Int32Array.from(outgoing.entities) };
}

/** The triples at the given positions, in their order. */
export function selectTriples({ heads, relations, tails }: Triples, positions: ArrayLike<number>): Triples {
  return { heads: pick(heads, positions), relations: pick(relations, positions), tails: pick(tails, positions) };
}

/** A loop: with a function for each element it takes several times as long, in every chunk of a training. */
function pick(column: Int32Array, positions: ArrayLike<number>): Int32Array {
  const picked = new Int32Array(positions.length);
  for (let i = 0; i < picked.length; i++) picked[i] = column[positions[i]];
  return picked;
}

/** Adds (t, r + relations, h) for each (h, r, t): Lacroix et al. 2018, "Canonical tensor decomposition", section 4. */
export function withReciprocals({ heads, relations, tails }: Triples, relationCount: number): Triples {
  return {
    heads: concatenate(heads, tails),
    relations: concatenate(
      relations,
      relations.map((relation) => relation + relationCount),
    ),
    tails: concatenate(tails, heads),
  };
}

function concatenate(a: Int32Array, b: Int32Array): Int32Array {
  const all = new Int32Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
