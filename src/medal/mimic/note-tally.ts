import { curveFigures, thresholdFigures } from '../../nn/metrics/binary-figures.js';
import { TopRecall } from '../../nn/metrics/top-recall.js';
import type { CheckpointChoice } from '../../nn/training-task.js';
import type { MimicTask } from './open-notes.store.js';

/**
 * Figures of a model on notes. Mortality: accuracy and F1 of what is at least as likely as not, areas under the ROC curve and
 * under that of precision and recall. Diagnoses: recall at 5, 10 and 30 of the most likely ones, the mean over notes. Both:
 * `loss`, the mean binary cross-entropy.
 */
export interface NoteTally {
  /** @param logits [notes, K] @param outputs true ones of each note */
  add(logits: Float32Array, outputs: readonly Int32Array[]): void;
  figures(): Record<string, number>;
}

/** What a task's models are chosen by, and which figures its tables show. */
export const NOTE_TASKS: Readonly<Record<MimicTask, NoteTaskFigures>> = {
  mortality: {
    name: 'mimic-mortality',
    choice: { figure: 'rocAuc', larger: true },
    titles: { accuracy: 'accuracy', rocAuc: 'AUROC', averagePrecision: 'AUPRC', f1: 'F1' },
  },
  diagnosis: {
    name: 'mimic-diagnosis',
    choice: { figure: 'recallAt10', larger: true },
    titles: { recallAt5: 'recall at 5', recallAt10: 'recall at 10', recallAt30: 'recall at 30' },
  },
};

export interface NoteTaskFigures {
  /** What the reference calls it. */
  readonly name: string;
  readonly choice: CheckpointChoice;
  readonly titles: Readonly<Record<string, string>>;
}

export function tallyOf(task: MimicTask, outputs: number): NoteTally {
  return task === 'mortality' ? new MortalityTally() : new DiagnosisTally(outputs);
}

const RANKS = [5, 10, 30];

class DiagnosisTally implements NoteTally {
  private readonly recall = new TopRecall(RANKS);
  private readonly loss = new MeanLoss();

  constructor(private readonly classes: number) {}

  add(logits: Float32Array, outputs: readonly Int32Array[]): void {
    this.recall.add({ scores: logits, classes: this.classes, labels: outputs });
    this.loss.add(logits, outputs, this.classes);
  }

  figures(): Record<string, number> {
    const recalls = this.recall.recalls.map((recall, i) => [`recallAt${RANKS[i]}`, recall]);
    return defined({ loss: this.loss.mean, notes: this.recall.examples, ...Object.fromEntries(recalls) });
  }
}

class MortalityTally implements NoteTally {
  private readonly scores: number[] = [];
  private readonly truth: number[] = [];
  private readonly loss = new MeanLoss();

  add(logits: Float32Array, outputs: readonly Int32Array[]): void {
    this.scores.push(...logits);
    this.truth.push(...outputs.map(({ length }) => length));
    this.loss.add(logits, outputs, 1);
  }

  figures(): Record<string, number> {
    const examples = { scores: Float64Array.from(this.scores), truth: Uint8Array.from(this.truth) };
    const { rocAuc, averagePrecision, positives } = curveFigures(examples);
    // A logit of 0 is a probability of one half.
    const { accuracy, f1 } = thresholdFigures(examples, () => 0);
    const counts = { notes: this.truth.length, positives };
    return defined({ loss: this.loss.mean, ...counts, accuracy, rocAuc, averagePrecision, f1 });
  }
}

/** Without those that a part cannot have: an area where all outcomes are the same. */
function defined(figures: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => !Number.isNaN(value)));
}

/** Binary cross-entropy, log(1 + exp x) - x y. */
class MeanLoss {
  private sum = 0;
  private count = 0;

  add(logits: Float32Array, outputs: readonly Int32Array[], classes: number): void {
    for (const x of logits) this.sum += Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    outputs.forEach((mine, note) => {
      for (const output of mine) this.sum -= logits[note * classes + output];
    });
    this.count += logits.length;
  }

  get mean(): number {
    return this.sum / this.count;
  }
}
