import type { EmbeddingShape, TrainingChunk } from '../embedding-model.js';
import { type ChunkPlan, createChunks } from '../training/create-chunks.js';
import { headProbabilities } from '../training/negative-sampling.js';
import type { ChunkSource, EpochChunks } from '../training/training-chunks.js';
import { type EntityPartitions, partitionSize, slotSize } from './entity-partitions.js';
import { knownGraph, type PartitionBuckets, visitGraph } from './partition-buckets.js';
import { type Visit, visitsOfEpoch } from './visit-order.js';
import { visitRounds } from './visit-rounds.js';

/**
 * The chunks of visits, numbered through all epochs. Negatives come from both partitions that are in memory: twice as many
 * candidates as with those of the replaced entity's partition alone, at no cost.
 */
export class VisitChunks implements ChunkSource {
  private readonly headProbability: Float64Array | undefined;

  /** @param shape of the model in memory */
  constructor(
    private readonly buckets: PartitionBuckets,
    private readonly shape: EmbeddingShape,
    private readonly grouping: 'any' | 'relation',
    private readonly plan: ChunkPlan,
  ) {
    if (plan.corruption === 'bernoulli' && !plan.reciprocal) {
      // Means over the whole graph: a part of it has fewer tails for each head.
      this.headProbability = headProbabilities(globalTriples(buckets), shape.relations);
    }
  }

  /** @param number as `visitNumber` gives it */
  epoch(number: number): EpochChunks {
    const { buckets, grouping, plan } = this;
    const { partitions } = buckets;
    const { epoch, visit } = visitOf(number, buckets, plan.seed);
    const { entities, triples, weights } = visitGraph(buckets, visit, epoch);
    const known = plan.filterNegatives ? knownGraph(buckets, visit).triples : undefined;
    const chunks = createChunks(triples, { ...this.shape, entities }, grouping, plan, weights, {
      known,
      headProbability: this.headProbability,
    }).epoch(number);
    const first = firstRow(partitions, visit.slots[0]);
    return { count: chunks.count, chunk: (index) => shifted(chunks.chunk(index), first) };
  }
}

/** The running number of a visit; epochs count from 1. */
export function visitNumber(epoch: number, index: number, partitions: number): number {
  return (epoch - 1) * visitsOfEpoch(partitions) + index;
}

function visitOf(number: number, { partitions, processes }: PartitionBuckets, seed: number) {
  const visits = visitsOfEpoch(partitions.count);
  const epoch = Math.floor(number / visits) + 1;
  const visit: Visit = visitRounds(partitions.count, processes, seed, epoch).flat()[number % visits];
  return { epoch, visit };
}

/** Where a partition begins in the first slot: it stands at the slot's end, so that both slots' rows join. */
export function firstRow(partitions: EntityPartitions, partition: number): number {
  return slotSize(partitions) - partitionSize(partitions, partition);
}

function shifted(chunk: TrainingChunk, by: number): TrainingChunk {
  if (by === 0) return chunk;
  const move = (ids: Int32Array) => ids.map((id) => id + by);
  return { ...chunk, heads: move(chunk.heads), tails: move(chunk.tails), negatives: move(chunk.negatives) };
}

/** With numbers that tell the entities apart, in the order of buckets. */
function globalTriples({ partitions, offsets, triples }: PartitionBuckets) {
  const { count } = partitions;
  const heads = triples.heads.map((row) => row * count);
  const tails = triples.tails.map((row) => row * count);
  for (let bucket = 0; bucket < count * count; bucket++) {
    for (let at = offsets[bucket]; at < offsets[bucket + 1]; at++) {
      heads[at] += Math.floor(bucket / count);
      tails[at] += bucket % count;
    }
  }
  return { heads, relations: triples.relations, tails };
}
