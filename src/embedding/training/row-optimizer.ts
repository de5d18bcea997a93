import type { EmbeddingKernels, RowOwner } from '../../engine/kernels/embedding.js';
import type { Allocator } from '../embedding-memory.js';
import {
  type EmbeddingShape,
  type EmbeddingTables,
  type TableGradient,
  type TableName,
  tableSize,
} from '../embedding-model.js';

/**
 * Optimizers that touch only the rows a chunk has gradients for. `adagrad` keeps one accumulator a row, as DGL-KE does,
 * and `adagrad-diagonal` one a number, as PyTorch does; Adam keeps both moments of every number and decays those of a row only
 * when it is touched; plain descent keeps nothing.
 */
export const OPTIMIZERS = ['adagrad', 'adagrad-diagonal', 'adam', 'sgd'] as const;
export type OptimizerName = (typeof OPTIMIZERS)[number];

export interface RowOptimizerOptions {
  readonly kind: OptimizerName;
  /** Multiplies the learning rate of projections: they start at the identity and should leave it slowly. */
  readonly projectionRate: number;
  /** Entities are scaled back to length 1 after each update (Bordes et al. 2013, algorithm 1). */
  readonly normaliseEntities: boolean;
  /** Threads update any row, each when it has gradients, and now and then overwrite each other (Hogwild, Niu et al. 2011). */
  readonly lockFree?: boolean;
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
      first: allocator.float32(kind === 'sgd' ? 0 : kind === 'adagrad' ? rows : rows * width),
      second: allocator.float32(kind === 'adam' ? rows * width : 0),
    };
  };
  return new Map(tables.map((table) => [table, stateOf(table)]));
}

export class RowOptimizer {
  /** Updates made; a resumed training sets it. */
  step = 0;
  private readonly owner: RowOwner;

  /** @param place updates only the rows of this thread */
  constructor(
    private readonly kernels: EmbeddingKernels,
    private readonly tables: EmbeddingTables,
    readonly state: ReturnType<typeof allocateOptimizer>,
    private readonly options: RowOptimizerOptions,
    place: { readonly thread: number; readonly threads: number },
  ) {
    this.owner = options.lockFree ? { owner: 0, owners: 1 } : { owner: place.thread, owners: place.threads };
  }

  /** Adagrad's accumulators of a table; undefined: another optimizer. */
  squares(table: TableName): Float32Array | undefined {
    return this.options.kind.startsWith('adagrad') ? this.state.get(table)?.first : undefined;
  }

  /** Goes on with the accumulators of another training of a table of this size; others are left. */
  goOn(table: TableName, squares: Float32Array | undefined): void {
    const own = this.squares(table);
    if (own && squares?.length === own.length) own.set(squares);
  }

  apply(gradients: readonly TableGradient[], learningRate: number): void {
    this.step++;
    for (const rows of gradients) {
      this.update(rows, rows.table === 'projection' ? learningRate * this.options.projectionRate : learningRate);
      if (rows.table === 'entity' && this.options.normaliseEntities) {
        this.kernels.normalise(this.tables.entity, rows.ids, rows.count, rows.width, this.owner);
      }
    }
  }

  private update(rows: TableGradient, rate: number): void {
    const { kernels, owner } = this;
    const table = this.tables[rows.table];
    const state = this.state.get(rows.table);
    if (!table || !state) throw new RangeError(`no table ${rows.table}`);
    const { kind } = this.options;
    if (kind === 'sgd') kernels.descend(table, rows, rate, owner);
    else if (kind === 'adagrad') kernels.adagrad(table, state.first, rows, rate, ADAGRAD_EPSILON, owner);
    else if (kind === 'adagrad-diagonal') {
      kernels.adagradDiagonal(table, state.first, rows, rate, ADAGRAD_EPSILON, owner);
    } else kernels.adam(table, state.first, state.second, rows, rate, { ...ADAM, step: this.step }, owner);
  }
}
