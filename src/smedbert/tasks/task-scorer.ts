import { throwIfCancelled } from '../../base/errors.js';
import type { CompiledProgram, Engine, NamedData } from '../../engine/engine.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import { lookUpRows } from '../../nn/row-lookups.js';
import { collateSentences, type SentenceKnowledge } from '../instances/sentence-batch.js';
import { sentenceLookups } from '../model/sentence-inputs.js';
import type { SentenceShape } from '../model/smedbert-config.js';
import type { SmedbertConfig } from '../model/smedbert-model.js';
import type { TaskHead } from '../model/task-heads.js';
import { encodingProgram, taskDenseNames, taskScoringProgram } from '../model/task-program.js';
import type { EncodedExample } from './encode-example.js';
import { headInputs } from './head-inputs.js';
import { bucketExamples, bucketShape, type TaskBatchOptions } from './task-batches.js';

/** A model that can be asked. */
export interface ScoredModel {
  readonly store: ParameterStore;
  readonly config: SmedbertConfig;
  /** Undefined: the last hidden states are asked for. */
  readonly head: TaskHead | undefined;
  readonly knowledge: SentenceKnowledge | undefined;
  readonly padId: number;
}

/** Programs that are kept; each holds buffers of its shape. */
const KEPT_PROGRAMS = 12;

/** Asks a model in batches of like lengths, without dropout. */
export class TaskScorer {
  private readonly programs = new Map<string, CompiledProgram>();

  constructor(
    private readonly model: ScoredModel,
    private readonly engine: Engine,
    private readonly options: TaskBatchOptions,
  ) {}

  /**
   * What the head says of each example, in their order: [L], or [tokens, L] of a `tokens` head; without a head the hidden
   * states [tokens, d1].
   */
  async rows(examples: readonly EncodedExample[], signal?: AbortSignal): Promise<Float32Array[]> {
    const rows = new Array<Float32Array>(examples.length);
    const { batchSize } = this.options;
    for (const { tokens, segments } of bucketExamples(examples, this.options)) {
      const members = Array.from(segments);
      const counts = this.model.knowledge?.neighbours.counts;
      const shape = bucketShape(
        members.map((i) => examples[i]),
        tokens,
        this.options,
        counts,
      );
      const program = await this.program(shape);
      for (let first = 0; first < members.length; first += batchSize) {
        if (signal) throwIfCancelled(signal);
        const numbers = members.slice(first, first + batchSize);
        const outputs = await this.run(
          program,
          shape,
          numbers.map((i) => examples[i]),
        );
        this.spread(outputs, shape, numbers, examples, rows);
      }
    }
    return rows;
  }

  async dispose(): Promise<void> {
    for (const program of this.programs.values()) await program.dispose();
    this.programs.clear();
  }

  private async run(program: CompiledProgram, shape: SentenceShape, examples: EncodedExample[]): Promise<NamedData> {
    const { store, config, head, knowledge, padId } = this.model;
    const { inputs, lookups } = collateSentences(examples, shape, padId, knowledge);
    const names = taskDenseNames(store, config);
    const parameters = Object.fromEntries(names.map((name) => [name, store.value(name)]));
    const labels = head ? headInputs(examples, [], head, shape) : {};
    const rows = lookUpRows(store, sentenceLookups(config), lookups);
    return program.run({ ...parameters, ...inputs, ...labels, ...rows });
  }

  private spread(
    outputs: NamedData,
    shape: SentenceShape,
    numbers: readonly number[],
    examples: readonly EncodedExample[],
    into: Float32Array[],
  ): void {
    const { head, config } = this.model;
    const values = (outputs['logits'] ?? outputs['final']) as Float32Array;
    const width = head?.labels ?? config.encoder.hiddenSize;
    const perToken = head === undefined || head.kind === 'tokens';
    const stride = perToken ? shape.tokens * width : width;
    numbers.forEach((example, b) => {
      const length = perToken ? examples[example].tokens.length * width : width;
      into[example] = values.slice(b * stride, b * stride + length);
    });
  }

  private async program(shape: SentenceShape): Promise<CompiledProgram> {
    const key = `${shape.tokens} ${shape.infusedMentions} ${shape.infusedTokens}`;
    const { store, config, head } = this.model;
    const known = this.programs.get(key);
    const build = () => (head ? taskScoringProgram(store, config, head, shape) : encodingProgram(store, config, shape));
    const program = known ?? (await this.engine.compile(build()));
    // The last asked stands last: the first one is given up when there are too many.
    this.programs.delete(key);
    this.programs.set(key, program);
    if (this.programs.size > KEPT_PROGRAMS) {
      const [[oldest, unused]] = this.programs;
      this.programs.delete(oldest);
      await unused.dispose();
    }
    return program;
  }
}
