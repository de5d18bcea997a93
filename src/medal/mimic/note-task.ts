import type { Engine, Program } from '../../engine/engine.js';
import { BatchSequence, bucketSegments } from '../../nn/length-buckets.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import type { BatchRunner, CheckpointChoice, LookupPlan, TrainingTask } from '../../nn/training-task.js';
import { RecurrentRunner } from '../model/recurrent-runner.js';
import { sequenceRows } from '../model/recurrent-states.js';
import { wordLookups } from '../model/sense-program.js';
import type { RecurrentBatch } from '../model/token-batch.js';
import type { WordEncoder } from '../model/word-encoder.js';
import { collateNotes } from './note-batch.js';
import { type NoteConfig, noteShapeOf, scoreDropout } from './note-config.js';
import { POOLED, SCORES } from './note-pooling.js';
import { noteTrainingProgram } from './note-program.js';
import type { NoteTexts } from './note-texts.js';

export interface NoteTaskOptions {
  /** Notes a batch. */
  readonly batchSize: number;
  /** Notes of like lengths lie in one batch; lengths are rounded up to multiples of this. */
  readonly bucketWords: number;
  readonly maximumWords: number;
  /** Batches a step. */
  readonly accumulation: number;
  readonly seed: number;
}

/** Which figure of the validation part decides, and how it is told. */
export interface NoteJudging {
  readonly choice: CheckpointChoice;
  evaluate(): Promise<Record<string, number>>;
}

/** A training on notes, as the trainer sees it. */
export class NoteTask implements TrainingTask {
  readonly lookups: Readonly<Record<string, LookupPlan>>;
  readonly choice: CheckpointChoice;
  readonly batchesPerEpoch: number;
  private readonly sequence: BatchSequence;

  constructor(
    readonly store: ParameterStore,
    private readonly config: NoteConfig,
    private readonly notes: NoteTexts,
    private readonly encoder: WordEncoder,
    private readonly options: NoteTaskOptions,
    private readonly judging: NoteJudging,
  ) {
    const { batchSize, bucketWords, maximumWords, seed } = options;
    const all = Int32Array.from({ length: notes.count }, (_, note) => note);
    const buckets = bucketSegments(all, (note) => notes.words(note), {
      width: bucketWords,
      maximumTokens: maximumWords,
      samples: batchSize,
      added: 0,
    });
    this.sequence = new BatchSequence(buckets, batchSize, seed, 'medal.mimic');
    this.batchesPerEpoch = this.sequence.batchesPerEpoch;
    this.lookups = wordLookups(config);
    this.choice = judging.choice;
  }

  program(key: string): Program {
    return noteTrainingProgram(this.store, this.config, noteShapeOf(key));
  }

  batch(step: number, micro: number): RecurrentBatch {
    const { batchSize, bucketWords, accumulation } = this.options;
    const { segments } = this.sequence.at(step * accumulation + micro);
    const encoded = segments.map((note) => this.notes.encode(note, this.encoder));
    const { padding, maximumTokens } = this.encoder;
    const sizes = { samples: batchSize, width: bucketWords, maximumTokens, padding };
    return collateNotes(encoded, this.config.classes, sizes);
  }

  evaluate(): Promise<Record<string, number>> {
    return this.judging.evaluate();
  }

  dropoutRate(input: string): number {
    const { config } = this;
    if (input === POOLED) return config.headDropout;
    if (input === SCORES) return scoreDropout(config);
    if (config.model !== 'electra') return config.dropout;
    const { attentionDropout, hiddenDropout } = config.encoder;
    return input.endsWith('probabilities') ? attentionDropout : hiddenDropout;
  }

  runner(engine: Engine, seed: number): BatchRunner | undefined {
    const { config } = this;
    return config.model === 'electra' ? undefined : new RecurrentRunner(this, config, sequenceRows, engine, seed);
  }
}
