import { Arena } from '../engine/arena.js';
import { type EmbeddingKernels, loadEmbeddingKernels, PRODUCT_SCRATCH } from '../engine/kernels/embedding.js';
import { withOnnxProducts } from '../engine/onnx/onnx-product.js';
import { type Allocator, allocateTogether, bytesOf } from './embedding-memory.js';
import {
  type ChunkCapacity,
  type EmbeddingModel,
  type EmbeddingShape,
  type EmbeddingTables,
  type TableName,
  tableSize,
} from './embedding-model.js';
import { COMPL_EX } from './models/complex.js';
import { DIST_MULT } from './models/distmult.js';
import type { DropoutOptions } from './models/entity-dropout.js';
import type { LossOptions } from './models/loss.js';
import type { PenaltyOptions } from './models/penalty.js';
import type { AllocateProjection } from './models/projection.js';
import { allocateProjectionModel, ProjectionModel } from './models/projection-model.js';
import { allocateQueryModel, QueryModel } from './models/query-model.js';
import type { QueryRule } from './models/query-rule.js';
import { RESCAL } from './models/rescal.js';
import { rotatE } from './models/rotate.js';
import { SIMPL_E } from './models/simple.js';
import { allocateTransD } from './models/transd.js';
import { transE } from './models/transe.js';
import { allocateTransH } from './models/transh.js';
import { allocateTransR } from './models/transr.js';
import { type Initialisation, initialiseTables } from './training/initialise-embedding.js';
import { allocateOptimizer, RowOptimizer, type RowOptimizerOptions } from './training/row-optimizer.js';

/**
 * Puts a model, its optimizer and their memory together. A new model is one entry of MODELS. With several threads each has
 * a model of its own, with its own scratch, over the same tables: the first thread creates them, the others join.
 */
export interface EmbeddingOptions {
  readonly model: EmbeddingModelName;
  readonly shape: EmbeddingShape;
  /** Of the distances of TransE, TransH, TransR, TransD and RotatE. */
  readonly norm: 1 | 2;
  readonly loss: LossOptions;
  readonly penalty?: PenaltyOptions;
  /** Of entities' rows; absent: none. */
  readonly dropout?: DropoutOptions;
  /** Of guessing relations beside entities; 0 or absent: not. */
  readonly relationWeight?: number;
  readonly capacity: ChunkCapacity;
  readonly optimizer: RowOptimizerOptions;
  /** Who multiplies matrices: onnxruntime is faster, WebAssembly is everywhere; they round differently. */
  readonly products: 'onnx' | 'wasm';
  readonly initial: Initialisation;
  readonly seed: number;
}

export interface TrainableEmbedding {
  readonly memory: WebAssembly.Memory;
  readonly model: EmbeddingModel;
  readonly optimizer: RowOptimizer;
}

interface ModelEntry {
  /** As DGL-KE calls it. */
  called(norm: 1 | 2): string;
  /** Width of a relation's row by that of an entity's; undefined: free to choose. */
  readonly relationDimension: ((dimension: number) => number) | undefined;
  /** Of its distances, where nothing else is asked for: as in its paper's program. */
  readonly norm: 1 | 2;
  /** Entities' rows have two halves, so that their width is even. */
  readonly hasHalves: boolean;
  /** Can guess relations. */
  readonly guessesRelations: boolean;
  readonly tables: readonly TableName[];
  /** Takes the model's scratch; what comes back builds it once the kernels over the memory exist. */
  allocate(allocator: Allocator, options: EmbeddingOptions): BuildModel;
}

type BuildModel = (kernels: EmbeddingKernels, tables: EmbeddingTables) => EmbeddingModel;

function queryModel(rule: (options: Pick<EmbeddingOptions, 'norm'>) => QueryRule, norm: 1 | 2 = 2): ModelEntry {
  const any = rule({ norm });
  return {
    norm,
    called: (norm) => rule({ norm }).name,
    relationDimension: any.relationDimension,
    hasHalves: any.hasHalves,
    guessesRelations: any.ofRelations !== undefined,
    tables: ['entity', 'relation'],
    allocate(allocator, options) {
      const buffers = allocateQueryModel(allocator, rule(options), options);
      return (kernels, tables) => new QueryModel(kernels, tables, rule(options), buffers, options);
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
    called: () => name,
    relationDimension,
    norm: 2,
    hasHalves: false,
    guessesRelations: false,
    tables: ['entity', 'relation', ...own],
    allocate(allocator, options) {
      const buffers = allocateProjectionModel(allocator, projection, options);
      return (kernels, tables) => new ProjectionModel(name, kernels, tables, buffers, options);
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
  rotate: queryModel(({ norm }) => rotatE(norm), 1),
  simple: queryModel(() => SIMPL_E),
  rescal: queryModel(() => RESCAL),
} satisfies Record<string, ModelEntry>;

export type EmbeddingModelName = keyof typeof MODELS;
export const EMBEDDING_MODELS = Object.keys(MODELS) as EmbeddingModelName[];

/** A model's name as DGL-KE writes it, for example `TransE_l2`. */
export function calledName(model: EmbeddingModelName, norm: 1 | 2): string {
  return MODELS[model].called(norm);
}

/** The tables that a model has. */
export function tablesOf(model: EmbeddingModelName): readonly TableName[] {
  return MODELS[model].tables;
}

/** What a model asks of its widths, and what it can do. */
export function traitsOf(
  model: EmbeddingModelName,
): Pick<ModelEntry, 'relationDimension' | 'norm' | 'hasHalves' | 'guessesRelations'> {
  return MODELS[model];
}

/** Bytes of an embedding before it is made. */
export interface AllocationPlan {
  readonly tables: number;
  readonly optimizer: number;
  /** Of these, and of the scratch of all threads. */
  readonly total: number;
}

export function planAllocation(options: EmbeddingOptions, threads: number): AllocationPlan {
  const { model, shape, optimizer } = options;
  const { tables }: ModelEntry = MODELS[model];
  return {
    tables: bytesOf((allocator) => allocateTables(allocator, shape, tables)),
    optimizer: bytesOf((allocator) => allocateOptimizer(allocator, optimizer, shape, tables)),
    total: bytesOf((allocator) => allocateAll(allocator, options, threads)),
  };
}

/**
 * @param threads that will train; the others join by `joinEmbedding`
 * @param kernels default: the WebAssembly ones, with the products that the options name
 * @throws MedgraftError `engine.memory`, `engine.kernels`, `engine.backend`
 */
export function createEmbedding(
  options: EmbeddingOptions,
  kernels?: EmbeddingKernels,
  threads = 1,
): TrainableEmbedding {
  const { arena, value } = allocateTogether((allocator) => allocateAll(allocator, options, threads));
  const embedding = embeddingOf(options, arena.memory, value, { thread: 0, threads }, kernels);
  initialiseTables(embedding.model, options.initial, options.seed);
  return embedding;
}

/** @param memory of the embedding that another thread created with the same options and number of threads */
export function joinEmbedding(
  options: EmbeddingOptions,
  memory: WebAssembly.Memory,
  place: ThreadPlace,
): TrainableEmbedding {
  const all = allocateAll(new Arena(memory), options, place.threads);
  return embeddingOf(options, memory, all, place);
}

/** Thread `thread` of `threads`; rows with id % threads = thread are its to update. */
export interface ThreadPlace {
  readonly thread: number;
  readonly threads: number;
}

function allocateAll(allocator: Allocator, options: EmbeddingOptions, threads: number) {
  const { model, shape, optimizer } = options;
  const entry: ModelEntry = MODELS[model];
  return {
    tables: allocateTables(allocator, shape, entry.tables),
    state: allocateOptimizer(allocator, optimizer, shape, entry.tables),
    ofThreads: Array.from({ length: threads }, () => ({
      scratch: allocator.float32(PRODUCT_SCRATCH),
      build: entry.allocate(allocator, options),
    })),
  };
}

function allocateTables(allocator: Allocator, shape: EmbeddingShape, names: readonly TableName[]): EmbeddingTables {
  const tables = names.map((name) => {
    const { rows, width } = tableSize(shape, name);
    return [name, allocator.float32(rows * width)] as const;
  });
  return Object.fromEntries(tables) as unknown as EmbeddingTables;
}

function embeddingOf(
  { products, optimizer }: EmbeddingOptions,
  memory: WebAssembly.Memory,
  { tables, state, ofThreads }: ReturnType<typeof allocateAll>,
  place: ThreadPlace,
  kernels?: EmbeddingKernels,
): TrainableEmbedding {
  const { scratch, build } = ofThreads[place.thread];
  const wasm = kernels ?? loadEmbeddingKernels(memory, scratch);
  const used = products === 'onnx' && kernels === undefined ? withOnnxProducts(wasm) : wasm;
  return {
    memory,
    model: build(used, tables),
    optimizer: new RowOptimizer(used, tables, state, optimizer, place),
  };
}
