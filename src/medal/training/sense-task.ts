import type { Engine, Program } from '../../engine/engine.js';
import { BatchSequence, bucketSegments } from '../../nn/length-buckets.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import type { BatchRunner, LookupPlan, TrainingTask } from '../../nn/training-task.js';
import { RecurrentRunner } from '../model/recurrent-runner.js';
import { layoutOf } from '../model/recurrent-states.js';
import { collateSenses, type SenseBatch } from '../model/sense-batch.js';
import { type SenseConfig, shapeOfKey } from '../model/sense-config.js';
import type { SenseLoss } from '../model/sense-head.js';
import { senseLookups, senseTrainingProgram } from '../model/sense-program.js';
import type { WordEncoder } from '../model/word-encoder.js';
import type { SampleWindows } from './sample-windows.js';

/** A training of a model on the windows of a split, as the trainer sees it. */
export interface SenseTaskOptions {
  readonly loss: SenseLoss;
  /** Windows a step. */
  readonly batchSize: number;
  /** Windows of like lengths lie in one batch; lengths are rounded up to multiples of this. */
  readonly bucketWords: number;
  readonly maximumWords: number;
  /** Share of words that a step does not see. */
  readonly wordDropout: number;
  /** Batches a step. */
  readonly accumulation: number;
  readonly seed: number;
}

export class SenseTask implements TrainingTask {
  readonly lookups: Readonly<Record<string, LookupPlan>>;
  readonly choice = { figure: 'accuracy', larger: true };
  readonly batchesPerEpoch: number;
  private readonly sequence: BatchSequence;

  /** @param evaluate figures of the model as it is now on held-out samples; `accuracy` chooses */
  constructor(
    readonly store: ParameterStore,
    private readonly config: SenseConfig,
    private readonly windows: SampleWindows,
    private readonly encoder: WordEncoder,
    private readonly options: SenseTaskOptions,
    readonly evaluate: () => Promise<Record<string, number>>,
  ) {
    const { batchSize, bucketWords, maximumWords, seed } = options;
    const all = Int32Array.from({ length: windows.count }, (_, window) => window);
    const buckets = bucketSegments(all, (window) => windows.words(window), {
      width: bucketWords,
      maximumTokens: maximumWords,
      samples: batchSize,
      added: 0,
    });
    this.sequence = new BatchSequence(buckets, batchSize, seed, 'medal');
    this.batchesPerEpoch = this.sequence.batchesPerEpoch;
    this.lookups = senseLookups(config, options.loss);
  }

  program(key: string): Program {
    return senseTrainingProgram(this.store, this.config, this.options.loss, shapeOfKey(key));
  }

  batch(step: number, micro: number): SenseBatch {
    const { batchSize, bucketWords, wordDropout, seed, accumulation } = this.options;
    const number = step * accumulation + micro;
    const { segments } = this.sequence.at(number);
    const dropout = { rate: wordDropout, seed, draw: number };
    const encoded = segments.map((window) => this.windows.encode(window, this.encoder, dropout));
    const { padding, maximumTokens } = this.encoder;
    return collateSenses(encoded, { samples: batchSize, width: bucketWords, maximumTokens, padding });
  }

  dropoutRate(input: string): number {
    if (this.config.model !== 'electra') return this.config.dropout;
    const { attentionDropout, hiddenDropout } = this.config.encoder;
    return input.endsWith('probabilities') ? attentionDropout : hiddenDropout;
  }

  runner(engine: Engine, seed: number): BatchRunner | undefined {
    const { config } = this;
    return config.model === 'electra' ? undefined : new RecurrentRunner(this, config, layoutOf(config), engine, seed);
  }
}
