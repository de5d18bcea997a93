import { CounterRandom } from '../../src/base/random.js';
import type { Triples } from '../../src/embedding/triples.js';

/** Random triples, the same each time. */
export function drawnTriples(entities: number, relations: number, count: number): Triples {
  const random = new CounterRandom(11, 'test.triples');
  const column = (limit: number, lane: number) =>
    Int32Array.from({ length: count }, (_, i) => random.below(limit, lane, i));
  return { heads: column(entities, 0), relations: column(relations, 1), tails: column(entities, 2) };
}
