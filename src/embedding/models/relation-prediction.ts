/**
 * Guessing the relation of a training triple among all of them, beside guessing its tail: Chen et al. 2021, "Relation
 * prediction as an auxiliary training objective for improving multi-relational graph representations", equation 3. Models
 * can do it whose score is the similarity of a relation's row with a query made of both ends. Letters: m positives, d
 * dimension, R relations.
 */
import type { EmbeddingKernels } from '../../engine/kernels/embedding.js';
import type { Allocator } from '../embedding-memory.js';
import type { EmbeddingShape, TrainingChunk } from '../embedding-model.js';
import { allocateContrast, ContrastBlock, parts, strideOf } from './contrast-block.js';
import type { Similarity } from './similarity.js';

export interface EndOperands {
  readonly kernels: EmbeddingKernels;
  /** [count, d] */
  readonly heads: Float32Array;
  readonly tails: Float32Array;
  readonly count: number;
  readonly dimension: number;
  /** [count, d] */
  readonly scratch: Float32Array;
}

/** How both ends ask for the relation. */
export interface RelationRule {
  /** Writes the queries [count, d], which are compared with relations as the rule compares anchors with entities. */
  query(operands: EndOperands, out: Float32Array): void;
  /** From gradients of queries [count, d]; those of the ends are added to. */
  queryBackward(operands: EndOperands, gradients: Float32Array, heads: Float32Array, tails: Float32Array): void;
}

export interface RelationPredictionOptions {
  readonly shape: EmbeddingShape;
  readonly positives: number;
  readonly similarity: Similarity;
  /** Of this loss beside the other. */
  readonly weight: number;
}

export function allocateRelationPrediction(allocator: Allocator, options: RelationPredictionOptions) {
  const { shape, positives } = options;
  const rows = positives * shape.dimension;
  return {
    contrast: allocateContrast(allocator, contrastOptions(options)),
    heads: allocator.float32(rows),
    tails: allocator.float32(rows),
    scratch: allocator.float32(rows),
    positiveIds: allocator.int32(positives),
    everyId: allocator.int32(strideOf(shape.relations)),
  };
}

export class RelationPrediction {
  private readonly contrast: ContrastBlock;
  private readonly everyone: Int32Array;

  constructor(
    private readonly kernels: EmbeddingKernels,
    private readonly rule: RelationRule,
    private readonly buffers: ReturnType<typeof allocateRelationPrediction>,
    private readonly options: RelationPredictionOptions,
  ) {
    const { relations } = options.shape;
    this.contrast = new ContrastBlock(kernels, buffers.contrast, contrastOptions(options));
    for (let id = 0; id < buffers.everyId.length; id++) buffers.everyId[id] = id < relations ? id : -1;
    this.everyone = buffers.everyId.subarray(0, relations);
  }

  /** Keeps both ends' rows [m, d]: what is computed of them may overwrite them. */
  keep(heads: Float32Array, tails: Float32Array): void {
    this.buffers.heads.set(heads);
    this.buffers.tails.set(tails);
  }

  /**
   * @param relations table [R, d]
   * @param headGradients, tailGradients [m, d] are added to
   * @param relationGradients [m + R, d]: the positives' own are added to, those of all relations written
   * @returns the weighted mean loss
   */
  run(
    chunk: TrainingChunk,
    relations: Float32Array,
    headGradients: Float32Array,
    tailGradients: Float32Array,
    relationGradients: Float32Array,
  ): number {
    const { kernels, rule, buffers, everyone } = this;
    const { dimension } = this.options.shape;
    const m = chunk.heads.length;
    const size = m * dimension;
    const { rows, gradients } = buffers.contrast;
    const [queries, own, all] = parts(rows, m, dimension);
    const operands = { kernels, ...buffers, count: m, dimension };
    rule.query(operands, queries);
    buffers.positiveIds.set(chunk.relations);
    kernels.gather(relations, buffers.positiveIds, m, dimension, own);
    all.set(relations.subarray(0, everyone.length * dimension));
    const asked = { ...chunk, negatives: everyone, struck: undefined };
    const loss = this.contrast.run(asked, buffers.positiveIds, buffers.everyId);
    const used = gradients.subarray(0, 2 * size + everyone.length * dimension);
    kernels.addScaled(used, used, this.options.weight - 1, used, used.length);
    const [dQueries, dOwn, dAll] = parts(gradients, m, dimension);
    rule.queryBackward(operands, dQueries, headGradients, tailGradients);
    kernels.addScaled(relationGradients, dOwn, 1, relationGradients, size);
    relationGradients.set(dAll.subarray(0, everyone.length * dimension), size);
    return this.options.weight * loss;
  }
}

function contrastOptions({ shape, positives, similarity }: RelationPredictionOptions) {
  const capacity = { positives, negatives: shape.relations };
  return { capacity, width: shape.dimension, similarity, loss: { kind: 'cross-entropy' } as const };
}
