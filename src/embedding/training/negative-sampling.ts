import { CounterRandom } from '../../base/random.js';
import { CandidatePools } from '../evaluation/candidate-pools.js';
import { distinctAnchors } from '../evaluation/distinct-anchors.js';
import type { Triples } from '../triples.js';

/**
 * Negatives of a chunk, shared by its positives, and the side they replace. Each draw is a function of (seed, number of the
 * chunk) alone. Where negatives would be as many as the entities, all entities are taken (1-vs-all).
 */
export interface NegativeSampler {
  /**
   * The negatives of the chunk with this running number; the array is used again by the next call.
   * @param relation of the chunk, and the replaced side; looked at by the typed sampler alone
   */
  draw(chunk: number, relation: number, side: 'head' | 'tail'): Int32Array;
}

/** Every entity with the same probability. */
export class UniformNegatives implements NegativeSampler {
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

  draw(chunk: number): Int32Array {
    if (this.negatives.length === this.entities) return this.negatives;
    this.random.fillUint32(this.words, chunk);
    for (let j = 0; j < this.words.length; j++) {
      this.negatives[j] = Math.floor((this.words[j] / 2 ** 32) * this.entities);
    }
    return this.negatives;
  }
}

/** Entities with probability proportional to degree^0.75 (Mikolov et al. 2013, section 2.2), by Walker's alias method. */
export class DegreeNegatives implements NegativeSampler {
  private readonly random: CounterRandom;
  private readonly words: Uint32Array;
  private readonly negatives: Int32Array;
  private readonly accept: Float64Array;
  private readonly alias: Int32Array;

  constructor(triples: Triples, entities: number, count: number, seed: number) {
    this.random = new CounterRandom(seed, 'embedding.negatives');
    this.words = new Uint32Array(2 * count);
    this.negatives = new Int32Array(count);
    const weights = new Float64Array(entities);
    for (const side of [triples.heads, triples.tails]) for (const entity of side) weights[entity]++;
    [this.accept, this.alias] = aliasTable(weights.map((degree) => degree ** 0.75));
  }

  draw(chunk: number): Int32Array {
    const { words, negatives, accept, alias } = this;
    this.random.fillUint32(words, chunk);
    for (let j = 0; j < negatives.length; j++) {
      const entity = Math.floor((words[2 * j] / 2 ** 32) * accept.length);
      negatives[j] = words[2 * j + 1] / 2 ** 32 < accept[entity] ? entity : alias[entity];
    }
    return negatives;
  }
}

/**
 * Entities that training knows at that side of the chunk's relation (type constraints without types: Krompass et al. 2015,
 * local closed-world). A chunk has one relation then.
 */
export class TypedNegatives implements NegativeSampler {
  private readonly random: CounterRandom;
  private readonly words: Uint32Array;
  private readonly negatives: Int32Array;
  private readonly pools: CandidatePools;

  constructor(triples: Triples, relationCount: number, count: number, seed: number) {
    this.random = new CounterRandom(seed, 'embedding.negatives');
    this.words = new Uint32Array(count);
    this.negatives = new Int32Array(count);
    this.pools = new CandidatePools({ relations: relationCount }, [triples]);
  }

  draw(chunk: number, relation: number, side: 'head' | 'tail'): Int32Array {
    const candidates = this.pools.of(relation, side);
    if (candidates.length <= this.negatives.length) return candidates;
    this.random.fillUint32(this.words, chunk);
    for (let j = 0; j < this.words.length; j++) {
      this.negatives[j] = candidates[Math.floor((this.words[j] / 2 ** 32) * candidates.length)];
    }
    return this.negatives;
  }
}

/**
 * The probability of replacing the head, by relation: tph / (tph + hpt), with the mean number of tails per head and of
 * heads per tail. The side with more true answers is replaced less often, which gives fewer false negatives. Wang et al. 2014
 * (TransH), 3.2.
 */
export function headProbabilities({ heads, relations, tails }: Triples, relationCount: number): Float64Array {
  const triples = new Float64Array(relationCount);
  for (const relation of relations) triples[relation]++;
  const anchors = [heads, tails].map((side) => distinctAnchors(side, relations, relationCount));
  return triples.map((count, relation) => {
    if (count === 0) return 0.5;
    const tailsPerHead = count / anchors[0][relation];
    const headsPerTail = count / anchors[1][relation];
    return tailsPerHead / (tailsPerHead + headsPerTail);
  });
}

/** Walker's alias method, built by Vose 1991: draw i uniformly, take i with probability accept[i], else alias[i]. */
function aliasTable(weights: Float64Array): [Float64Array, Int32Array] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const accept = weights.map((weight) => (weight * weights.length) / total);
  const alias = Int32Array.from(weights, (_, i) => i);
  const small: number[] = [];
  const large: number[] = [];
  for (let i = 0; i < accept.length; i++) (accept[i] < 1 ? small : large).push(i);
  for (let less = small.pop(), more = large.pop(); less !== undefined && more !== undefined; less = small.pop()) {
    alias[less] = more;
    accept[more] -= 1 - accept[less];
    if (accept[more] < 1) {
      small.push(more);
      more = large.pop();
    }
  }
  return [accept, alias];
}
