/**
 * Brings the relations' tables of processes together that have trained them apart since they were last the same. A row moves
 * by the mean of the changes of those that changed it, so that more processes do not overshoot and one alone loses nothing;
 * accumulators of Adagrad, which are sums of squares, take up all changes. Every process comes to the same bits.
 */
import type { Communicator } from '../../engine/communicator.js';
import type { TableName } from '../embedding-model.js';
import type { HeldEmbedding } from '../training/embedding-trainer.js';

interface Merged {
  readonly values: Float32Array;
  readonly width: number;
  readonly by: 'mean' | 'sum';
  readonly before: Float32Array;
}

export class RelationMerge {
  private readonly arrays: readonly Merged[];

  constructor(
    { model, optimizer }: HeldEmbedding,
    rowWidth: (table: TableName) => number,
    private readonly communicator: Communicator,
  ) {
    this.arrays = Object.entries(model.tables).flatMap(([table, values]) => {
      const width = rowWidth(table as TableName);
      const rows = values.length / width;
      const state = optimizer.state.get(table as TableName);
      const isAdam = (state?.second.length ?? 0) > 0;
      const merged = (array: Float32Array, by: 'mean' | 'sum'): Merged[] =>
        array.length === 0 ? [] : [{ values: array, width: array.length / rows, by, before: array.slice() }];
      return [
        ...merged(values, 'mean'),
        ...(state ? [...merged(state.first, isAdam ? 'mean' : 'sum'), ...merged(state.second, 'mean')] : []),
      ];
    });
  }

  /** From now on they are the same everywhere. */
  begin(): void {
    for (const { values, before } of this.arrays) before.set(values);
  }

  merge(): void {
    for (const array of this.arrays) this.mergeOne(array);
  }

  private mergeOne({ values, width, by, before }: Merged): void {
    const rows = values.length / width;
    // The changes, and behind them which rows have one.
    const sums = new Float32Array(values.length + rows);
    for (let row = 0; row < rows; row++) {
      for (let i = row * width; i < (row + 1) * width; i++) {
        sums[i] = values[i] - before[i];
        if (sums[i] !== 0) sums[values.length + row] = 1;
      }
    }
    this.communicator.sum(sums);
    for (let row = 0; row < rows; row++) {
      const divisor = by === 'mean' ? Math.max(1, sums[values.length + row]) : 1;
      for (let i = row * width; i < (row + 1) * width; i++) values[i] = before[i] + sums[i] / divisor;
    }
    before.set(values);
  }
}
