import type { CompiledProgram, Engine, NamedData } from '../../engine/engine.js';
import type { BatchSegments, BatchSequence } from '../../nn/length-buckets.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import { lookUpRows } from '../../nn/row-lookups.js';
import type { CollatedBatch } from '../instances/collate-batch.js';
import type { CorpusBatches } from '../instances/corpus-batches.js';
import type { SmedbertConfig } from '../model/smedbert-model.js';
import { denseNames, evaluationProgram, lookupPlan } from '../model/smedbert-program.js';

/**
 * Losses on held-out segments with fixed masks, and masked-token accuracy apart for tokens of mentions: where the graph
 * can help. The same batches serve the graph as it is, shuffled and switched off, so the figures compare token by token.
 */
export interface EvaluationResult {
  /** `loss` (the total), `mlm`, `sop`, `mnem`, `mmem`, `accuracy`, `mentionMlm`, `mentionAccuracy`, `tokens`. */
  readonly figures: Record<string, number>;
}

/** A guess is right when no token is more probable than the true one; float32 noise is forgiven. */
const TIE = 1e-5;

export class MaskedEvaluation {
  private readonly programs = new Map<number, CompiledProgram>();

  constructor(
    private readonly store: ParameterStore,
    private readonly config: SmedbertConfig,
    private readonly engine: Engine,
    private readonly batches: CorpusBatches,
    private readonly sequence: BatchSequence,
    private readonly maximumBatches: number,
  ) {}

  async run(): Promise<EvaluationResult> {
    const sums = new WeightedSums();
    const count = Math.min(this.maximumBatches, this.sequence.batchesPerEpoch);
    for (let number = 0; number < count; number++) {
      const place = this.sequence.at(number);
      const batch = this.batches.collate(place, number);
      addBatch(sums, await this.outputs(place, batch), batch);
    }
    return { figures: sums.means() };
  }

  /** What the evaluation program says of one batch. */
  async outputs({ bucket }: BatchSegments, batch: CollatedBatch): Promise<NamedData> {
    const program = await this.program(bucket.tokens);
    const rows = lookUpRows(this.store, lookupPlan(this.config), batch.lookups);
    const names = denseNames(this.store, this.config);
    const parameters = Object.fromEntries(names.map((name) => [name, this.store.value(name)]));
    return program.run({ ...parameters, ...batch.inputs, ...rows });
  }

  async dispose(): Promise<void> {
    for (const program of this.programs.values()) await program.dispose();
    this.programs.clear();
  }

  private async program(tokens: number): Promise<CompiledProgram> {
    const known = this.programs.get(tokens);
    if (known) return known;
    const program = await this.engine.compile(evaluationProgram(this.store, this.config, this.batches.shape(tokens)));
    this.programs.set(tokens, program);
    return program;
  }
}

/** Means of values that come with different weights. */
class WeightedSums {
  private readonly sums = new Map<string, { sum: number; weight: number }>();

  add(name: string, value: number, weight: number): void {
    const entry = this.sums.get(name) ?? { sum: 0, weight: 0 };
    entry.sum += value * weight;
    entry.weight += weight;
    this.sums.set(name, entry);
  }

  means(): Record<string, number> {
    return Object.fromEntries(
      [...this.sums].map(([name, { sum, weight }]) => [name, weight === 0 ? Number.NaN : sum / weight]),
    );
  }
}

function addBatch(sums: WeightedSums, outputs: NamedData, { inputs, counts }: CollatedBatch): void {
  const weights: Record<string, number> = {
    total: counts.maskedTokens,
    sop: counts.samples,
    mnem: counts.targets,
    mmem: counts.infusedMentions,
  };
  for (const part of ['total', 'sop', 'mnem', 'mmem']) {
    const value = outputs[`loss.${part}`];
    if (value) sums.add(part === 'total' ? 'loss' : part, value[0], weights[part]);
  }
  const infused = new Set(inputs['infusedPositions']);
  for (let i = 0; i < counts.maskedTokens; i++) {
    const loss = outputs['tokenLosses'][i];
    const right = outputs['best'][i] + loss <= TIE ? 1 : 0;
    const kinds = infused.has(inputs['maskedPositions'][i]) ? ['', 'mention'] : ['', 'other'];
    for (const kind of kinds) {
      sums.add(kind === '' ? 'mlm' : `${kind}Mlm`, loss, 1);
      sums.add(kind === '' ? 'accuracy' : `${kind}Accuracy`, right, 1);
    }
  }
}
