import type { EmbeddingKernels } from '../../engine/kernels/embedding.js';
import type { Allocator } from '../embedding-memory.js';
import type { ChunkCapacity, EmbeddingShape, TableGradient, TableName, TrainingChunk } from '../embedding-model.js';
import { strideOf } from './contrast-block.js';

/**
 * The ids of a chunk as the kernels want them, and the sums of gradients by row. Entities stand as [x; y; negatives]:
 * x keeps its place in the corrupted triples, y is the one that negatives replace.
 */
export function allocateChunkRows(allocator: Allocator, shape: EmbeddingShape, capacity: ChunkCapacity) {
  const { positives, negatives } = capacity;
  return {
    entityIds: allocator.int32(2 * positives + strideOf(negatives)),
    // With room for all of them after those of the positives.
    relationIds: allocator.int32(positives + shape.relations),
    slots: allocator.int32(Math.max(shape.entities, shape.relations)),
  };
}

export type ChunkRowBuffers = ReturnType<typeof allocateChunkRows>;

export class ChunkRows {
  constructor(
    private readonly kernels: EmbeddingKernels,
    readonly buffers: ChunkRowBuffers,
    private readonly capacity: ChunkCapacity,
  ) {
    buffers.slots.fill(-1);
  }

  /**
   * Takes over the ids of a chunk. @returns m, n and the ids that the loss needs
   * @throws RangeError beyond the capacity, or when relations differ where they must not
   */
  open(chunk: TrainingChunk, grouping: 'any' | 'relation') {
    const { entityIds, relationIds } = this.buffers;
    const m = chunk.heads.length;
    const n = chunk.negatives.length;
    if (m > this.capacity.positives || n > this.capacity.negatives) {
      throw new RangeError(`chunk of ${m} x ${n} is beyond ${this.capacity.positives} x ${this.capacity.negatives}`);
    }
    const [relation] = chunk.relations;
    if (grouping === 'relation' && chunk.relations.some((other) => other !== relation)) {
      throw new RangeError('a chunk of this model has one relation');
    }
    const [x, y] = chunk.corrupt === 'tail' ? [chunk.heads, chunk.tails] : [chunk.tails, chunk.heads];
    entityIds.set(x, 0);
    entityIds.set(y, m);
    entityIds.set(chunk.negatives, 2 * m);
    entityIds.fill(-1, 2 * m + n, 2 * m + strideOf(n));
    relationIds.set(chunk.relations);
    return {
      m,
      n,
      positiveIds: entityIds.subarray(m, 2 * m),
      negativeIds: entityIds.subarray(2 * m),
    };
  }

  /** Puts all relations behind those of m positives. */
  addEveryRelation(m: number, relations: number): void {
    const { relationIds } = this.buffers;
    for (let id = 0; id < relations; id++) relationIds[m + id] = id;
  }

  entityGradient(values: Float32Array, count: number, width: number): TableGradient {
    return this.coalesced('entity', this.buffers.entityIds, values, count, width);
  }

  relationGradient(values: Float32Array, count: number, width: number): TableGradient {
    return this.coalesced('relation', this.buffers.relationIds, values, count, width);
  }

  /** The relations' gradient where it is `scale` times that of the anchors, which is left as it is. */
  relationSums(anchors: Float32Array, scale: number, count: number, width: number, out: Float32Array): TableGradient {
    const { relationIds, slots } = this.buffers;
    const distinct = this.kernels.sumRows(relationIds, anchors, scale, count, width, slots, out);
    return { table: 'relation', ids: relationIds, values: out, count: distinct, width };
  }

  coalesced(table: TableName, ids: Int32Array, values: Float32Array, count: number, width: number): TableGradient {
    const distinct = this.kernels.coalesce(ids, values, count, width, this.buffers.slots);
    return { table, ids, values, count: distinct, width };
  }
}
