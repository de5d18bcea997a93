import { type EmbeddingKernels, loadEmbeddingKernels, PRODUCT_SCRATCH } from '../engine/kernels/embedding.js';
import type { LossOptions } from './contrast-block.js';
import { type Allocator, allocateTogether } from './embedding-memory.js';
import type { ChunkCapacity, EmbeddingModel, EmbeddingShape } from './embedding-model.js';
import { type Initialisation, initialiseTables } from './initialise-embedding.js';
import { allocateOptimizer, RowOptimizer, type RowOptimizerOptions } from './row-optimizer.js';
import { allocateTransE, TransE } from './transe.js';
import { allocateTransR, TransR } from './transr.js';

/**
 * Puts a model, its optimizer and their memory together. A new model is one entry of MODELS.
 */
export interface EmbeddingOptions {
  readonly model: EmbeddingModelName;
  readonly shape: EmbeddingShape;
  readonly norm: 1 | 2;
  readonly loss: LossOptions;
  readonly capacity: ChunkCapacity;
  readonly optimizer: RowOptimizerOptions;
  readonly initial: Initialisation;
  readonly seed: number;
}

export interface TrainableEmbedding {
  readonly model: EmbeddingModel;
  readonly optimizer: RowOptimizer;
}

type Build = (kernels: EmbeddingKernels) => EmbeddingModel;

/** Takes a model's arrays; what comes back builds it once the kernels over the memory exist. */
const MODELS = {
  transe: (allocator: Allocator, options: EmbeddingOptions): Build => {
    const buffers = allocateTransE(allocator, options);
    return (kernels) => new TransE(kernels, buffers, options);
  },
  transr: (allocator: Allocator, options: EmbeddingOptions): Build => {
    const buffers = allocateTransR(allocator, options);
    return (kernels) => new TransR(kernels, buffers, options);
  },
};

export type EmbeddingModelName = keyof typeof MODELS;
export const EMBEDDING_MODELS = Object.keys(MODELS) as EmbeddingModelName[];

/**
 * @param kernels default: the WebAssembly ones
 * @throws MedgraftError `engine.memory`, `engine.kernels`
 */
export function createEmbedding(options: EmbeddingOptions, kernels?: EmbeddingKernels): TrainableEmbedding {
  const { shape, optimizer } = options;
  const { arena, value } = allocateTogether((allocator) => ({
    scratch: allocator.float32(PRODUCT_SCRATCH),
    build: MODELS[options.model](allocator, options),
    state: allocateOptimizer(allocator, optimizer, shape, options.model === 'transr'),
  }));
  const used = kernels ?? loadEmbeddingKernels(arena.memory, value.scratch);
  const model = value.build(used);
  initialiseTables(model, options.initial, options.seed);
  return { model, optimizer: new RowOptimizer(used, model.tables, value.state, optimizer) };
}
