/** How far a training is, and the tables of its best evaluation so far: with the tables and the optimizer all that it goes on from. */
import { TABLE_NAMES, type TableName } from '../embedding-model.js';
import type { HeldTables } from './embedding-trainer.js';

export interface BestEvaluation {
  readonly epoch: number;
  readonly mrr: number;
  readonly tables: ReadonlyMap<TableName, Float32Array>;
}

export interface CurvePoint {
  readonly epoch: number;
  readonly mrr: number;
}

export class TrainingProgress {
  /** Epochs that are done. */
  epoch = 0;
  /** Of the last epoch. */
  loss = 0;
  /** Evaluations since the best one. */
  misses = 0;
  /** How often the rate was lowered on a plateau. */
  decays = 0;
  /** MRR of the held-out triples by epoch, as far as it was asked for. */
  curve: CurvePoint[] = [];
  best: BestEvaluation | undefined;

  /** Takes note of an evaluation after the last epoch. @returns whether it is the best so far */
  offer(tables: HeldTables, mrr: number, plateauPatience: number): boolean {
    this.curve.push({ epoch: this.epoch, mrr });
    if (!(mrr > (this.best?.mrr ?? Number.NEGATIVE_INFINITY))) {
      this.misses++;
      if (this.misses % plateauPatience === 0) this.decays++;
      return false;
    }
    this.misses = 0;
    this.best = { epoch: this.epoch, mrr, tables: copyOf(tables) };
    return true;
  }

  /** Puts the best tables back; the last ones stay when nothing was evaluated. */
  restoreBest(tables: HeldTables): { bestEpoch: number; bestMrr?: number } {
    if (this.best === undefined) return { bestEpoch: this.epoch };
    for (const [name, values] of this.best.tables) tables[name]?.set(values);
    return { bestEpoch: this.best.epoch, bestMrr: this.best.mrr };
  }
}

function copyOf(tables: HeldTables): ReadonlyMap<TableName, Float32Array> {
  return new Map(
    TABLE_NAMES.flatMap((name) => {
      const table = tables[name];
      return table ? [[name, table.slice()] as const] : [];
    }),
  );
}
