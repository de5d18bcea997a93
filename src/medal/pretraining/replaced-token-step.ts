import { CounterRandom } from '../../base/random.js';
import type { Engine } from '../../engine/engine.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import type { BatchRunner, TrainingBatch } from '../../nn/training-task.js';
import { type Corrupted, drawReplacements } from './draw-replacements.js';
import { type ElectraConfig, isShared, sharedWordTable } from './electra-config.js';
import { discriminatorProgram, type ElectraShape, generatorProgram } from './electra-programs.js';
import { ProgramPass } from './program-pass.js';

export interface StepModel {
  readonly store: ParameterStore;
  readonly config: ElectraConfig;
  /** Of the replaced-token loss (Clark et al. 2020: 50). */
  readonly weight: number;
  /** Sizes of the batches with this key. */
  shape(key: string): ElectraShape;
}

export interface StepResult {
  readonly mlm: number;
  readonly rtd: number;
  /** [P, V], until the next step. */
  readonly probabilities: Float32Array;
  /** [N] logits of "replaced", until the next step. */
  readonly scores: Float32Array;
  readonly corrupted: Corrupted;
}

/**
 * One step of ELECTRA: generator, drawn replacements, discriminator. Trained, gradients of both losses end in the store; else
 * nothing drops and nothing is changed.
 */
export class ReplacedTokenStep {
  private readonly passes = new Map<string, { generator: ProgramPass; discriminator: ProgramPass }>();
  private readonly random: CounterRandom;

  /** @param purpose keys what is drawn */
  constructor(
    private readonly model: StepModel,
    private readonly engine: Engine,
    private readonly seed: number,
    private readonly purpose: string,
    private readonly isTrained: boolean,
  ) {
    this.random = new CounterRandom(seed, `${purpose}.replacements`);
  }

  async run(batch: TrainingBatch, draw: number): Promise<StepResult> {
    const { generator, discriminator } = await this.prepare(batch.key);
    const { config } = this.model;
    const { words, truths } = batch.lookups;
    const guessed = await generator.run(words, batch.inputs, this.dropout('generator', config.generator), draw);
    const probabilities = guessed['probabilities'] as Float32Array;
    const positions = batch.inputs['maskedPositions'] as Int32Array;
    const places = { truths, positions, count: batch.counts['maskedTokens'] };
    const corrupted = drawReplacements(places, probabilities, this.random, draw);
    const inputs = { ...batch.inputs, replaced: corrupted.replaced };
    const dropout = this.dropout('discriminator', config.discriminator);
    const judged = await discriminator.run(corrupted.tokens, inputs, dropout, draw);
    return {
      mlm: guessed['loss.mlm'][0],
      rtd: judged['loss.rtd'][0],
      probabilities,
      scores: judged['scores'] as Float32Array,
      corrupted,
    };
  }

  async dispose(): Promise<void> {
    for (const passes of this.passes.values()) {
      await passes.generator.dispose();
      await passes.discriminator.dispose();
    }
    this.passes.clear();
  }

  private dropout(part: string, { hiddenDropout, attentionDropout }: ElectraConfig['generator']) {
    const rate = (place: string) => (place.endsWith('.probabilities') ? attentionDropout : hiddenDropout);
    return { rate, seed: this.seed, purpose: `${this.purpose}.${part}` };
  }

  private async prepare(key: string) {
    const known = this.passes.get(key);
    if (known) return known;
    const { store, config, weight } = this.model;
    const shape = this.model.shape(key);
    const table = sharedWordTable(config);
    const first = await this.engine.compile(generatorProgram(store, config, shape, this.isTrained));
    const second = await this.engine.compile(discriminatorProgram(store, config, shape, this.isTrained, weight));
    const passes = {
      generator: new ProgramPass(first, { store, table, adds: () => false }),
      discriminator: new ProgramPass(second, { store, table, adds: isShared }),
    };
    this.passes.set(key, passes);
    return passes;
  }
}

/** The trained step as the trainer asks for it. */
export function replacedTokenRunner(model: StepModel, engine: Engine, seed: number): BatchRunner {
  const step = new ReplacedTokenStep(model, engine, seed, 'medal.training', true);
  return {
    async run(batch, draw) {
      const { mlm, rtd, corrupted } = await step.run(batch, draw);
      const total = mlm + model.weight * rtd;
      return { 'loss.total': total, 'loss.mlm': mlm, 'loss.rtd': rtd, replacedTokens: corrupted.count };
    },
    dispose: () => step.dispose(),
  };
}
