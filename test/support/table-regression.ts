import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { CounterRandom } from '../../src/base/random.js';
import type { Program } from '../../src/engine/engine.js';
import { lossAndGradients } from '../../src/nn/gradients.js';
import { dropout } from '../../src/nn/layers/dropout.js';
import { linear } from '../../src/nn/layers/linear.js';
import { type Initializer, ParameterStore } from '../../src/nn/parameter-store.js';
import type { TrainingBatch, TrainingTask } from '../../src/nn/training-task.js';

/**
 * The smallest task that uses all that the trainer offers: y = w (t[a] + t[b]) + c by least squares, with the table t
 * looked up outside the program and, like a tied word table, also an input of it (a small penalty on t).
 * Letters: N samples of a batch, V rows of the table, D their width.
 */
export interface RegressionOptions {
  samples: number;
  dropoutRate?: number;
  /** Called before a batch is made. */
  onBatch?: (step: number, micro: number) => void;
  /** The figure `loss` of each evaluation in turn; the true one when absent. */
  scriptedLosses?: number[];
  /** Replaces the targets of a batch. */
  target?: number;
}

export const ROWS = 12;
const WIDTH = 4;
const PENALTY = 1e-3;

export class TableRegression implements TrainingTask {
  readonly store: ParameterStore;
  readonly lookups = { rows: { table: 'table', ids: 'words' } };
  evaluations = 0;

  constructor(private readonly options: RegressionOptions) {
    const initial: Initializer = { kind: 'normal', deviation: 0.5 };
    this.store = new ParameterStore(
      [
        { name: 'table', shape: [ROWS, WIDTH], initial, decay: true, trainable: true },
        { name: 'weight', shape: [1, WIDTH], initial, decay: true, trainable: true },
        { name: 'bias', shape: [1], initial: { kind: 'zeros' }, decay: false, trainable: true },
        { name: 'frozen', shape: [3], initial: { kind: 'ones' }, decay: false, trainable: false },
      ],
      1,
    );
  }

  program(key: string): Program {
    const n = Number(key);
    const rate = this.dropoutRate();
    const keep = { 'dropout.rows': { shape: [n * 2, WIDTH], dtype: 'bool' as const } };
    return {
      name: `regression of ${n}`,
      inputs: {
        ...this.store.signature(['table', 'weight', 'bias']),
        rows: { shape: [n * 2, WIDTH], dtype: 'float32' },
        targets: { shape: [n, 1], dtype: 'float32' },
        ...(rate > 0 && keep),
      },
      build(inputs) {
        const { table, weight, bias, rows, targets } = inputs;
        const { losses, gradients } = lossAndGradients(
          () => {
            const kept = dropout(rows as Tensor2D, inputs['dropout.rows'], rate);
            const sums = tf.sum(tf.reshape(kept, [n, 2, WIDTH]), 1); // [N, D]
            const error = tf.mean(tf.square(tf.sub(linear(sums, weight, bias), targets))) as tf.Scalar;
            const penalty = tf.mul(tf.sum(tf.square(table)), PENALTY) as tf.Scalar;
            return { total: tf.add(error, penalty) as tf.Scalar, error };
          },
          { table, weight, bias, rows },
        );
        const named = Object.entries(gradients).map(([name, tensor]) => [`gradient.${name}`, tensor]);
        const { total, error } = losses;
        return { 'loss.total': total, 'loss.error': error, rest: tf.neg(total), ...Object.fromEntries(named) };
      },
    };
  }

  dropoutRate(): number {
    return this.options.dropoutRate ?? 0;
  }

  /** Sample number j of all is the same whatever the batch size, when `step` counts batches. */
  batch(step: number, micro: number): TrainingBatch {
    this.options.onBatch?.(step, micro);
    return this.numbered(step * 1000 + micro * this.options.samples);
  }

  private numbered(first: number): TrainingBatch {
    const { samples: n, target } = this.options;
    const random = new CounterRandom(5, 'regression');
    const words = Int32Array.from({ length: n * 2 }, (_, i) => random.below(ROWS, 0, first * 2 + i));
    const targets = Float32Array.from({ length: n }, (_, i) => target ?? truth(words[2 * i], words[2 * i + 1]));
    return { key: String(n), inputs: { targets }, lookups: { words }, counts: { samples: n } };
  }

  async evaluate(): Promise<Record<string, number>> {
    const scripted = this.options.scriptedLosses;
    return { loss: scripted ? scripted[Math.min(this.evaluations++, scripted.length - 1)] : this.error() };
  }

  /** Mean squared error over all pairs, computed without any engine. */
  error(): number {
    const [table, weight, bias] = ['table', 'weight', 'bias'].map((name) => this.store.value(name));
    const score = (row: number) => weight.reduce((sum, w, j) => sum + w * table[row * WIDTH + j], 0);
    let sum = 0;
    for (let a = 0; a < ROWS; a++) {
      for (let b = 0; b < ROWS; b++) sum += (score(a) + score(b) + bias[0] - truth(a, b)) ** 2;
    }
    return sum / ROWS ** 2;
  }
}

/** Every row has a value of its own; a sample's target is the sum of two. */
function truth(a: number, b: number): number {
  return Math.sin(a * 1.7) + Math.sin(b * 1.7);
}
