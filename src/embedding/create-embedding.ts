import { type EmbeddingKernels, loadEmbeddingKernels, PRODUCT_SCRATCH } from '../engine/kernels/embedding.js';
import { type Allocator, allocateTogether } from './embedding-memory.js';
import type { ChunkCapacity, EmbeddingModel, EmbeddingShape, TableName } from './embedding-model.js';
import { type Initialisation, initialiseTables } from './initialise-embedding.js';
import type { LossOptions } from './loss.js';
import { COMPL_EX } from './models/complex.js';
import { DIST_MULT } from './models/distmult.js';
import { RESCAL } from './models/rescal.js';
import { ROTAT_E } from './models/rotate.js';
import { SIMPL_E } from './models/simple.js';
import { allocateTransD } from './models/transd.js';
import { transE } from './models/transe.js';
import { allocateTransH } from './models/transh.js';
import { allocateTransR } from './models/transr.js';
import type { PenaltyOptions } from './penalty.js';
import { type AllocateProjection, allocateProjectionModel, ProjectionModel } from './projection-model.js';
import { allocateQueryModel, QueryModel, type QueryRule } from './query-model.js';
import { allocateOptimizer, RowOptimizer, type RowOptimizerOptions } from './row-optimizer.js';

/**
 * Puts a model, its optimizer and their memory together. A new model is one entry of MODELS.
 */
export interface EmbeddingOptions {
  readonly model: EmbeddingModelName;
  readonly shape: EmbeddingShape;
  /** Of the distances of TransE, TransH, TransR and TransD. */
  readonly norm: 1 | 2;
  readonly loss: LossOptions;
  readonly penalty?: PenaltyOptions;
  readonly capacity: ChunkCapacity;
  readonly optimizer: RowOptimizerOptions;
  readonly initial: Initialisation;
  readonly seed: number;
}

export interface TrainableEmbedding {
  readonly model: EmbeddingModel;
  readonly optimizer: RowOptimizer;
}

interface ModelEntry {
  /** Width of a relation's row by that of an entity's; undefined: free to choose. */
  readonly relationDimension: ((dimension: number) => number) | undefined;
  /** Entities are complex: their width is even. */
  readonly isComplex: boolean;
  readonly tables: readonly TableName[];
  /** Takes the model's arrays; what comes back builds it once the kernels over the memory exist. */
  allocate(allocator: Allocator, options: EmbeddingOptions): (kernels: EmbeddingKernels) => EmbeddingModel;
}

function queryModel(rule: (options: Pick<EmbeddingOptions, 'norm'>) => QueryRule): ModelEntry {
  const any = rule({ norm: 2 });
  return {
    relationDimension: any.relationDimension,
    isComplex: any.isComplex || any === SIMPL_E,
    tables: ['entity', 'relation'],
    allocate(allocator, options) {
      const buffers = allocateQueryModel(allocator, rule(options), options);
      return (kernels) => new QueryModel(kernels, rule(options), buffers, options);
    },
  };
}

function projectionModel(
  name: string,
  own: readonly TableName[],
  projection: AllocateProjection,
  relationDimension?: (dimension: number) => number,
): ModelEntry {
  return {
    relationDimension,
    isComplex: false,
    tables: ['entity', 'relation', ...own],
    allocate(allocator, options) {
      const buffers = allocateProjectionModel(allocator, projection, options);
      return (kernels) => new ProjectionModel(name, kernels, buffers, options);
    },
  };
}

const alike = (dimension: number) => dimension;

const MODELS = {
  transe: queryModel(({ norm }) => transE(norm)),
  transh: projectionModel('TransH', ['normal'], allocateTransH, alike),
  transr: projectionModel('TransR', ['projection'], allocateTransR),
  transd: projectionModel('TransD', ['entityProjection', 'relationProjection'], allocateTransD, alike),
  distmult: queryModel(() => DIST_MULT),
  complex: queryModel(() => COMPL_EX),
  rotate: queryModel(() => ROTAT_E),
  simple: queryModel(() => SIMPL_E),
  rescal: queryModel(() => RESCAL),
} satisfies Record<string, ModelEntry>;

export type EmbeddingModelName = keyof typeof MODELS;
export const EMBEDDING_MODELS = Object.keys(MODELS) as EmbeddingModelName[];

/** What a model asks of its widths. */
export function widthsOf(model: EmbeddingModelName): Pick<ModelEntry, 'relationDimension' | 'isComplex'> {
  return MODELS[model];
}

/**
 * @param kernels default: the WebAssembly ones
 * @throws MedgraftError `engine.memory`, `engine.kernels`
 */
export function createEmbedding(options: EmbeddingOptions, kernels?: EmbeddingKernels): TrainableEmbedding {
  const { shape, optimizer } = options;
  const entry: ModelEntry = MODELS[options.model];
  const { arena, value } = allocateTogether((allocator) => ({
    scratch: allocator.float32(PRODUCT_SCRATCH),
    build: entry.allocate(allocator, options),
    state: allocateOptimizer(allocator, optimizer, shape, entry.tables),
  }));
  const used = kernels ?? loadEmbeddingKernels(arena.memory, value.scratch);
  const model = value.build(used);
  initialiseTables(model, options.initial, options.seed);
  return { model, optimizer: new RowOptimizer(used, model.tables, value.state, optimizer) };
}
