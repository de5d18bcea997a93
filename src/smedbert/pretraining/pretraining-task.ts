import type { Program } from '../../engine/engine.js';
import type { BatchSegments, BatchSource } from '../../nn/length-buckets.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import type { LookupPlan, TrainingBatch, TrainingTask } from '../../nn/training-task.js';
import type { CorpusBatches } from '../instances/corpus-batches.js';
import type { SmedbertConfig } from '../model/smedbert-model.js';
import { lookupPlan, trainingProgram } from '../model/smedbert-program.js';
import type { MaskedEvaluation } from './masked-evaluation.js';

const PACKED = 'packed';

/** Pre-training as the trainer sees it: a batch by number, a program by length bucket, an evaluation. */
export class PretrainingTask implements TrainingTask {
  readonly lookups: Readonly<Record<string, LookupPlan>>;

  constructor(
    readonly store: ParameterStore,
    private readonly config: SmedbertConfig,
    private readonly batches: CorpusBatches,
    private readonly sequence: BatchSource,
    private readonly accumulation: number,
    private readonly evaluation: MaskedEvaluation,
  ) {
    this.lookups = lookupPlan(config);
  }

  program(key: string): Program {
    const [tokens, packed] = key.split(' ');
    return trainingProgram(this.store, this.config, this.batches.shape(Number(tokens), packed === PACKED));
  }

  batch(step: number, micro: number): TrainingBatch {
    const number = step * this.accumulation + micro;
    return this.batchAt(this.sequence.at(number), number);
  }

  /** @param number keys the draws of mentions' room and negatives */
  batchAt(place: BatchSegments, number: number): TrainingBatch {
    const { inputs, lookups, counts } = this.batches.collate(place, number);
    return { key: `${place.bucket.tokens}${place.packs ? ` ${PACKED}` : ''}`, inputs, lookups, counts: { ...counts } };
  }

  dropoutRate(input: string): number {
    const { hiddenDropout, attentionDropout } = this.config.encoder;
    return input.endsWith('.probabilities') ? attentionDropout : hiddenDropout;
  }

  async evaluate(): Promise<Record<string, number>> {
    return (await this.evaluation.run()).figures;
  }
}
