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
export function selectTriples(triples: Triples, positions: ArrayLike<number>): Triples {
  const pick = (column: Int32Array) => Int32Array.from(positions, (at) => column[at]);
  return { heads: pick(triples.heads), relations: pick(triples.relations), tails: pick(triples.tails) };
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
