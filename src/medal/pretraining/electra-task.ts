import type { Engine } from '../../engine/engine.js';
import type { BatchSource } from '../../nn/length-buckets.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import type { BatchRunner, RunnerTask, TrainingBatch } from '../../nn/training-task.js';
import type { ElectraConfig } from './electra-config.js';
import type { ElectraShape } from './electra-programs.js';
import type { MaskedBatches } from './masked-batches.js';
import { replacedTokenRunner, type StepModel } from './replaced-token-step.js';

/** ELECTRA's pre-training as the trainer sees it: a batch by number, and a runner of the two programs. */
export class ElectraTask implements RunnerTask, StepModel {
  constructor(
    readonly store: ParameterStore,
    readonly config: ElectraConfig,
    private readonly batches: MaskedBatches,
    private readonly sequence: BatchSource,
    private readonly accumulation: number,
    readonly weight: number,
    private readonly judge: () => Promise<Record<string, number>>,
  ) {}

  batch(step: number, micro: number): TrainingBatch {
    return this.batches.collate(this.sequence.at(step * this.accumulation + micro));
  }

  shape(key: string): ElectraShape {
    return this.batches.shape(key);
  }

  runner(engine: Engine, seed: number): BatchRunner {
    return replacedTokenRunner(this, engine, seed);
  }

  evaluate(): Promise<Record<string, number>> {
    return this.judge();
  }
}
