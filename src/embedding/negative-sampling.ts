import { CounterRandom } from '../base/random.js';
import type { Triples } from './triples.js';

/**
 * Negatives of a chunk and the side they replace. Uniform negatives are shared by a chunk; where they would be as many
 * as the entities, all entities are taken (1-vs-all). The side by Bernoulli's rule is Wang et al. 2014 (TransH), 3.2.
 */
export class UniformNegatives {
  private readonly random: CounterRandom;
  private readonly words: Uint32Array;
  private readonly negatives: Int32Array;

  constructor(
    private readonly entities: number,
    count: number,
    seed: number,
  ) {
    this.random = new CounterRandom(seed, 'embedding.negatives');
    const size = Math.min(count, entities);
    this.words = new Uint32Array(size);
    this.negatives = Int32Array.from({ length: size }, (_, id) => id);
  }

  get count(): number {
    return this.negatives.length;
  }

  /** The negatives of the chunk with this running number; the array is used again by the next call. */
  draw(chunk: number): Int32Array {
    if (this.negatives.length === this.entities) return this.negatives;
    this.random.fillUint32(this.words, chunk);
    for (let j = 0; j < this.words.length; j++) {
      this.negatives[j] = Math.floor((this.words[j] / 2 ** 32) * this.entities);
    }
    return this.negatives;
  }
}

/**
 * The probability of replacing the head, by relation: tph / (tph + hpt), with the mean number of tails per head and of
 * heads per tail. The side with more true answers is replaced less often, which gives fewer false negatives.
 */
export function headProbabilities({ heads, relations, tails }: Triples, relationCount: number): Float64Array {
  const triples = new Float64Array(relationCount);
  const pairs = [new Set<number>(), new Set<number>()];
  const anchors = [new Float64Array(relationCount), new Float64Array(relationCount)];
  for (let i = 0; i < heads.length; i++) {
    const relation = relations[i];
    triples[relation]++;
    for (const [side, entity] of [heads[i], tails[i]].entries()) {
      const key = entity * relationCount + relation;
      if (!pairs[side].has(key)) anchors[side][relation]++;
      pairs[side].add(key);
    }
  }
  return triples.map((count, relation) => {
    if (count === 0) return 0.5;
    const tailsPerHead = count / anchors[0][relation];
    const headsPerTail = count / anchors[1][relation];
    return tailsPerHead / (tailsPerHead + headsPerTail);
  });
}
