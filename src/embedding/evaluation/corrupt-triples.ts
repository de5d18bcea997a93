import { CounterRandom } from '../../base/random.js';
import type { EmbeddingShape } from '../embedding-model.js';
import type { KnownTriples } from '../known-triples.js';
import { type Triples, tripleCount } from '../triples.js';
import type { CandidatePools } from './candidate-pools.js';

/**
 * One false triple for each true one (Socher et al. 2013, 4.1): its head or its tail, by a fair coin, is replaced by a drawn
 * entity that makes no known triple. Each draw is a function of (seed, step, place of the triple).
 */
export interface Corrupted {
  /** In the order of those that they were made of. */
  readonly triples: Triples;
  /** Places of these. */
  readonly places: Int32Array;
}

/** Draws until a triple is given up: its relation is all but full. The other side is tried after half of them. */
const DRAWS = 64;

/** @param pools entities to draw from, by relation and side; absent: all */
export function corruptTriples(
  triples: Triples,
  known: KnownTriples,
  { entities }: Pick<EmbeddingShape, 'entities'>,
  seed: number,
  step: number,
  pools?: CandidatePools,
): Corrupted {
  const random = new CounterRandom(seed, 'embedding.corrupt');
  const columns: [number[], number[], number[]] = [[], [], []];
  const places: number[] = [];
  for (let at = 0; at < tripleCount(triples); at++) {
    const relation = triples.relations[at];
    const first = random.below(2, step, at * (DRAWS + 1));
    for (let draw = 0; draw < DRAWS; draw++) {
      const replacesHead = (first === 1) === draw < DRAWS / 2;
      const pool = pools?.of(relation, replacesHead ? 'head' : 'tail');
      const drawn = random.below(pool?.length ?? entities, step, at * (DRAWS + 1) + 1 + draw);
      const entity = pool ? pool[drawn] : drawn;
      const [head, tail] = replacesHead ? [entity, triples.tails[at]] : [triples.heads[at], entity];
      if (known.has(head, relation, tail)) continue;
      for (const [column, id] of [head, relation, tail].entries()) columns[column].push(id);
      places.push(at);
      break;
    }
  }
  const [heads, relations, tails] = columns.map((ids) => Int32Array.from(ids));
  return { triples: { heads, relations, tails }, places: Int32Array.from(places) };
}
