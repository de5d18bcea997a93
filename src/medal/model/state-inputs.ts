import type { Engine, NamedData } from '../../engine/engine.js';
import type { LstmStack } from '../../engine/recurrent/lstm-stack.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import { lookUpRows } from '../../nn/row-lookups.js';
import { openStack, recurrentValues, wordRows } from './recurrent-runner.js';
import { type StateLayout, statesForProgram } from './recurrent-states.js';
import { type RecurrentConfig, type SenseConfig, stateWidth } from './sense-config.js';
import { wordLookups } from './sense-program.js';
import type { RecurrentBatch } from './token-batch.js';
import type { VectorWords } from './vector-words.js';

/** What a program is given of a batch when a model is asked: word vectors of ELECTRA, states of an LSTM. Nothing is dropped. */
export class StateInputs<B extends RecurrentBatch> {
  private stack: LstmStack | undefined;

  constructor(
    private readonly store: ParameterStore,
    private readonly config: SenseConfig,
    private readonly engine: Engine,
    private readonly layout: StateLayout<B>,
    /** Vectors of words, of a model without a table. */
    private readonly vectors?: VectorWords,
  ) {}

  async of(batch: B): Promise<NamedData> {
    const { store, config } = this;
    if (config.model === 'electra') return lookUpRows(store, wordLookups(config), batch.lookups);
    const stack = (this.stack ??= await openStack(config, this.engine));
    const rows = this.vectors ? this.vectorsOf(batch.words, config) : wordRows(store, batch, config);
    const states = await stack.forward(rows, batch.lengths, recurrentValues(store, config));
    return { states: statesForProgram(states, this.layout(batch), stateWidth(config)) };
  }

  async dispose(): Promise<void> {
    await this.stack?.dispose();
    this.stack = undefined;
  }

  private vectorsOf(words: Int32Array, { lstm }: RecurrentConfig): Float32Array {
    const rows = new Float32Array(words.length * lstm.inputSize);
    this.vectors?.readRows(words, rows);
    return rows;
  }
}
