import type { Program } from '../../engine/engine.js';
import { type BatchSegments, BatchSequence, type Bucket } from '../../nn/length-buckets.js';
import type { LookupPlan, TrainingBatch, TrainingTask } from '../../nn/training-task.js';
import { collateSentences } from '../instances/sentence-batch.js';
import { sentenceLookups } from '../model/sentence-inputs.js';
import type { SentenceShape } from '../model/smedbert-config.js';
import { taskTrainingProgram } from '../model/task-program.js';
import type { EncodedExample } from './encode-example.js';
import { headInputs } from './head-inputs.js';
import { bucketExamples, bucketShape, type TaskBatchOptions } from './task-batches.js';
import type { ScoredModel } from './task-scorer.js';

/** Training examples of a task with the numbers of their labels. */
export interface LabelledExamples {
  readonly encoded: readonly EncodedExample[];
  readonly targets: readonly Int32Array[];
}

/** A fine-tuning as the trainer sees it; the epoch is chosen by a figure on the development set. */
export class FinetuningTask implements TrainingTask {
  readonly store: TrainingTask['store'];
  readonly lookups: Readonly<Record<string, LookupPlan>>;
  readonly choice: TrainingTask['choice'];
  readonly batchesPerEpoch: number;
  /** Of training examples by number. */
  readonly buckets: readonly Bucket[];
  private readonly sequence: BatchSequence;
  private readonly shapes = new Map<number, SentenceShape>();

  /**
   * @param chosenBy figure of `judge` of which more is better
   * @param judge figures of the model as it is now on the development set
   */
  constructor(
    private readonly model: ScoredModel & { readonly head: NonNullable<ScoredModel['head']> },
    private readonly examples: LabelledExamples,
    options: TaskBatchOptions,
    seed: number,
    chosenBy: string,
    private readonly judge: () => Promise<Record<string, number>>,
  ) {
    this.store = model.store;
    this.lookups = sentenceLookups(model.config);
    this.choice = { figure: chosenBy, larger: true };
    this.buckets = bucketExamples(examples.encoded, options);
    this.sequence = new BatchSequence(this.buckets, options.batchSize, seed);
    this.batchesPerEpoch = this.sequence.batchesPerEpoch;
    for (const { tokens, segments } of this.buckets) {
      const members = Array.from(segments, (i) => examples.encoded[i]);
      this.shapes.set(tokens, bucketShape(members, tokens, options, model.knowledge?.neighbours.counts));
    }
  }

  program(key: string): Program {
    const { store, config, head } = this.model;
    return taskTrainingProgram(store, config, head, this.shape(Number(key)));
  }

  batch(step: number): TrainingBatch {
    return this.batchOf(this.sequence.at(step));
  }

  batchOf({ bucket, segments }: Pick<BatchSegments, 'bucket' | 'segments'>): TrainingBatch {
    const { head, padId, knowledge } = this.model;
    const shape = this.shape(bucket.tokens);
    const members = segments.map((i) => this.examples.encoded[i]);
    const targets = segments.map((i) => this.examples.targets[i]);
    const { inputs, lookups, infused } = collateSentences(members, shape, padId, knowledge);
    const tokens = members.reduce((sum, example) => sum + example.tokens.length, 0);
    return {
      key: String(bucket.tokens),
      inputs: { ...inputs, ...headInputs(members, targets, head, shape) },
      lookups,
      counts: { samples: members.length, tokens, infusedMentions: infused.length },
    };
  }

  dropoutRate(input: string): number {
    const { hiddenDropout, attentionDropout } = this.model.config.encoder;
    return input.endsWith('.probabilities') ? attentionDropout : hiddenDropout;
  }

  evaluate(): Promise<Record<string, number>> {
    return this.judge();
  }

  private shape(tokens: number): SentenceShape {
    return this.shapes.get(tokens) as SentenceShape;
  }
}
