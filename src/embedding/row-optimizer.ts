import type { EmbeddingKernels } from '../engine/kernels/embedding.js';
import type { Allocator } from './embedding-memory.js';
import {
  type ChunkGradients,
  type EmbeddingShape,
  type EmbeddingTables,
  type TableGradient,
  type TableName,
  tableSize,
} from './embedding-model.js';

/**
 * Optimizers that touch only the rows a chunk has gradients for. Adagrad keeps one accumulator a row, as DGL-KE does;
 * Adam keeps both moments of every number and decays those of a row only when it is touched; plain descent keeps nothing.
 */
export interface RowOptimizerOptions {
  readonly kind: 'adagrad' | 'adam' | 'sgd';
  /** Multiplies the learning rate of projections: they start at the identity and should leave it slowly. */
  readonly projectionRate: number;
  /** Entities are scaled back to length 1 after each update (Bordes et al. 2013, algorithm 1). */
  readonly normaliseEntities: boolean;
}

const ADAGRAD_EPSILON = 1e-10;
const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

type TableState = { readonly first: Float32Array; readonly second: Float32Array };

/** State for the given tables. */
export function allocateOptimizer(
  allocator: Allocator,
  { kind }: RowOptimizerOptions,
  shape: EmbeddingShape,
  tables: readonly TableName[],
): ReadonlyMap<TableName, TableState> {
  const stateOf = (table: TableName): TableState => {
    const { rows, width } = tableSize(shape, table);
    return {
      first: allocator.float32(kind === 'adam' ? rows * width : kind === 'adagrad' ? rows : 0),
      second: allocator.float32(kind === 'adam' ? rows * width : 0),
    };
  };
  return new Map(tables.map((table) => [table, stateOf(table)]));
}

export class RowOptimizer {
  private step = 0;

  constructor(
    private readonly kernels: EmbeddingKernels,
    private readonly tables: EmbeddingTables,
    private readonly state: ReturnType<typeof allocateOptimizer>,
    private readonly options: RowOptimizerOptions,
  ) {}

  apply(gradients: ChunkGradients, learningRate: number): void {
    this.step++;
    for (const rows of gradients.tables) {
      this.update(rows, rows.table === 'projection' ? learningRate * this.options.projectionRate : learningRate);
      if (rows.table === 'entity' && this.options.normaliseEntities) {
        this.kernels.normalise(this.tables.entity, rows.ids, rows.count, rows.width);
      }
    }
  }

  private update(rows: TableGradient, rate: number): void {
    const table = this.tables[rows.table];
    const state = this.state.get(rows.table);
    if (!table || !state) throw new RangeError(`no table ${rows.table}`);
    if (this.options.kind === 'sgd') this.descend(table, rows, rate);
    else if (this.options.kind === 'adagrad') this.kernels.adagrad(table, state.first, rows, rate, ADAGRAD_EPSILON);
    else this.kernels.adam(table, state.first, state.second, rows, rate, { ...ADAM, step: this.step });
  }

  private descend(table: Float32Array, { ids, values, count, width }: TableGradient, rate: number): void {
    for (let p = 0; p < count; p++) {
      const row = table.subarray(ids[p] * width, (ids[p] + 1) * width);
      this.kernels.addScaled(row, values.subarray(p * width, (p + 1) * width), -rate, row, width);
    }
  }
}
