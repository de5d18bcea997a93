/** From settings to the chunks of a training: which triples, which negatives, which of them count. */

import type { EmbeddingShape } from '../embedding-model.js';
import { KnownTriples } from '../known-triples.js';
import { type Triples, withReciprocals } from '../triples.js';
import { AnswerSequence } from './answer-chunks.js';
import { DegreeNegatives, type NegativeSampler, TypedNegatives, UniformNegatives } from './negative-sampling.js';
import { StruckNegatives } from './struck-negatives.js';
import { ChunkSequence, type ChunkSource } from './training-chunks.js';

export interface ChunkPlan {
  readonly chunkSize: number;
  readonly negatives: number;
  /** `sampled`: triples against negatives. `answers`: questions against all entities (KvsAll). */
  readonly targets: 'sampled' | 'answers';
  readonly corruption: 'both' | 'uniform' | 'bernoulli';
  readonly sampling: 'uniform' | 'degree' | 'typed';
  /** Negatives that training knows to be true do not count. */
  readonly filterNegatives: boolean;
  /** The model has twice the graph's relations, and only tails are replaced. */
  readonly reciprocal: boolean;
  readonly seed: number;
}

/** What the triples of a part of a graph cannot tell. */
export interface WholeGraph {
  /** All true triples among the entities; default: those that are trained. */
  readonly known?: Triples;
  /** By relation, for `bernoulli`. */
  readonly headProbability?: Float64Array;
}

/**
 * @param train by the graph's own relations
 * @param shape of the model
 * @param weights by triple
 */
export function createChunks(
  train: Triples,
  shape: EmbeddingShape,
  modelGrouping: 'any' | 'relation',
  plan: ChunkPlan,
  weights?: Float32Array,
  { known = train, headProbability }: WholeGraph = {},
): ChunkSource {
  const { reciprocal, seed, chunkSize } = plan;
  const bothWays = (list: Triples) => (reciprocal ? withReciprocals(list, shape.relations / 2) : list);
  const triples = bothWays(train);
  const grouping = plan.sampling === 'typed' ? 'relation' : modelGrouping;
  if (plan.targets === 'answers') {
    const sides = reciprocal ? 'tail' : 'both';
    return new AnswerSequence(triples, shape, { questions: chunkSize, grouping, sides, seed });
  }
  const filter = plan.filterNegatives
    ? new StruckNegatives(new KnownTriples(shape, bothWays(known)), shape.entities)
    : undefined;
  return new ChunkSequence(triples, shape.relations, {
    positives: chunkSize,
    grouping,
    corruption: reciprocal ? 'tail' : plan.corruption,
    headProbability,
    seed,
    sampler: samplerOf(triples, shape, plan),
    filter,
    weights: weights && reciprocal ? twice(weights) : weights,
  });
}

/** How many negatives a chunk can have. */
export function negativesOf({ negatives, targets }: ChunkPlan, entities: number): number {
  return targets === 'answers' ? entities : Math.min(negatives, entities);
}

function samplerOf(triples: Triples, shape: EmbeddingShape, plan: ChunkPlan): NegativeSampler {
  const { sampling, seed } = plan;
  const count = negativesOf(plan, shape.entities);
  if (sampling === 'degree') return new DegreeNegatives(triples, shape.entities, count, seed);
  if (sampling === 'typed') return new TypedNegatives(triples, shape.relations, count, seed);
  return new UniformNegatives(shape.entities, count, seed);
}

function twice(weights: Float32Array): Float32Array {
  const all = new Float32Array(2 * weights.length);
  all.set(weights);
  all.set(weights, weights.length);
  return all;
}
