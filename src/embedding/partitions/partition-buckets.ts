import { type Triples, tripleCount } from '../triples.js';
import { type EntityPartitions, partitionSize } from './entity-partitions.js';
import type { Visit } from './visit-order.js';

/**
 * Training triples by bucket, the pair of their ends' partitions, in memory that threads share. A visit to two partitions
 * trains the buckets between them, and a share of those within each: a triple with both ends in one partition is trained with
 * each of the others in turn, one an epoch. So a visit is ordinary training on a part of the graph.
 */
export interface PartitionBuckets {
  readonly partitions: EntityPartitions;
  /** That make visits at the same time. */
  readonly processes: number;
  /** [P * P + 1] where the bucket of head's partition * P + tail's partition starts. */
  readonly offsets: Int32Array;
  /** By rows within partitions. */
  readonly triples: Triples;
  readonly weights?: Float32Array;
}

/** A part of the graph, its entities numbered from 0: the first slot's partition, then the second's. */
export interface VisitGraph {
  readonly entities: number;
  readonly triples: Triples;
  readonly weights?: Float32Array;
}

/** @param weights by triple */
export function bucketTriples(
  triples: Triples,
  partitions: EntityPartitions,
  weights?: Float32Array,
  processes = 1,
): PartitionBuckets {
  const { count, partitionOf, rowOf } = partitions;
  const { heads, relations, tails } = triples;
  const total = tripleCount(triples);
  const bucketOf = (at: number) => partitionOf[heads[at]] * count + partitionOf[tails[at]];
  const offsets = new Int32Array(new SharedArrayBuffer((count * count + 1) * 4));
  for (let at = 0; at < total; at++) offsets[bucketOf(at) + 1]++;
  for (let bucket = 0; bucket < count * count; bucket++) offsets[bucket + 1] += offsets[bucket];
  const next = offsets.slice();
  const column = () => new Int32Array(new SharedArrayBuffer(total * 4));
  const sorted = { heads: column(), relations: column(), tails: column() };
  const sortedWeights = weights && new Float32Array(new SharedArrayBuffer(total * 4));
  for (let at = 0; at < total; at++) {
    const place = next[bucketOf(at)]++;
    sorted.heads[place] = rowOf[heads[at]];
    sorted.relations[place] = relations[at];
    sorted.tails[place] = rowOf[tails[at]];
    if (weights && sortedWeights) sortedWeights[place] = weights[at];
  }
  return { partitions, processes, offsets, triples: sorted, weights: sortedWeights };
}

/** What a visit trains. */
export function visitGraph(buckets: PartitionBuckets, visit: Visit, epoch: number): VisitGraph {
  return graphOf(buckets, visit, (partition, other) => diagonalShare(buckets, partition, other, epoch));
}

/** All that is known between the entities of a visit. */
export function knownGraph(buckets: PartitionBuckets, visit: Visit): VisitGraph {
  return graphOf(buckets, visit, (partition) => range(...bucketRange(buckets, partition, partition), 1));
}

/** How many triples a visit trains. */
export function visitSize(buckets: PartitionBuckets, visit: Visit, epoch: number): number {
  const [a, b] = visit.slots;
  const between = [bucketRange(buckets, a, b), bucketRange(buckets, b, a)];
  const within = [diagonalShare(buckets, a, b, epoch), diagonalShare(buckets, b, a, epoch)];
  return [...between.map(([from, to]) => to - from), ...within.map((places) => places.length)].reduce((x, y) => x + y);
}

function graphOf(
  buckets: PartitionBuckets,
  { slots: [a, b] }: Visit,
  within: (partition: number, other: number) => Int32Array,
): VisitGraph {
  const { partitions, triples, weights } = buckets;
  const size = partitionSize(partitions, a);
  // Places, and what is added to the rows of heads and of tails.
  const parts: [Int32Array, number, number][] = [
    [range(...bucketRange(buckets, a, b), 1), 0, size],
    [range(...bucketRange(buckets, b, a), 1), size, 0],
    [within(a, b), 0, 0],
    [within(b, a), size, size],
  ];
  const total = parts.reduce((sum, [places]) => sum + places.length, 0);
  const chosen = { heads: new Int32Array(total), relations: new Int32Array(total), tails: new Int32Array(total) };
  const chosenWeights = weights && new Float32Array(total);
  let at = 0;
  for (const [places, headBase, tailBase] of parts) {
    for (const place of places) {
      chosen.heads[at] = triples.heads[place] + headBase;
      chosen.relations[at] = triples.relations[place];
      chosen.tails[at] = triples.tails[place] + tailBase;
      if (weights && chosenWeights) chosenWeights[at] = weights[place];
      at++;
    }
  }
  return { entities: size + partitionSize(partitions, b), triples: chosen, weights: chosenWeights };
}

/** Places of triples within `partition` that its visit with `other` trains in this epoch. */
function diagonalShare(buckets: PartitionBuckets, partition: number, other: number, epoch: number): Int32Array {
  const others = buckets.partitions.count - 1;
  const turn = ((other > partition ? other - 1 : other) + epoch) % others;
  const [from, to] = bucketRange(buckets, partition, partition);
  return range(from + turn, to, others);
}

function bucketRange({ offsets, partitions }: PartitionBuckets, head: number, tail: number): [number, number] {
  const bucket = head * partitions.count + tail;
  return [offsets[bucket], offsets[bucket + 1]];
}

function range(from: number, to: number, step: number): Int32Array {
  const length = Math.max(0, Math.ceil((to - from) / step));
  return Int32Array.from({ length }, (_, i) => from + i * step);
}
