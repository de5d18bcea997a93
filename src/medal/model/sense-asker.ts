import type { CompiledProgram, Engine, NamedData } from '../../engine/engine.js';
import type { LstmStack } from '../../engine/recurrent/lstm-stack.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import { lookUpRows } from '../../nn/row-lookups.js';
import { openStack, recurrentValues, wordRows } from './recurrent-runner.js';
import { statesForProgram } from './recurrent-states.js';
import { type BatchSizes, collateSenses, type EncodedWindow, type SenseBatch } from './sense-batch.js';
import { type RecurrentConfig, type SenseConfig, shapeKey, stateWidth } from './sense-config.js';
import { denseNames, senseAskingProgram, senseLookups } from './sense-program.js';
import { CUE_WEIGHTS, CUES } from './text-cues.js';
import type { VectorWords } from './vector-words.js';

/** What a model says of one window: rows of its places. */
export interface WindowAnswer {
  /** [places, D] before the classifier. */
  readonly states: Float32Array;
  /** [places, C] */
  readonly logits: Float32Array;
}

/** Programs that are kept; each holds buffers of its shape. */
const KEPT_PROGRAMS = 12;

/** Asks a model, without dropout. The caller brings windows of like lengths together. */
export class SenseAsker {
  private readonly programs = new Map<string, CompiledProgram>();
  private stack: LstmStack | undefined;

  constructor(
    private readonly store: ParameterStore,
    private readonly config: SenseConfig,
    private readonly engine: Engine,
    private readonly sizes: BatchSizes,
    /** Vectors of words, of a model without a table. */
    private readonly vectors?: VectorWords,
  ) {}

  /** @param windows at most `sizes.samples`; the answers are views of what the next call replaces */
  async ask(windows: readonly EncodedWindow[]): Promise<WindowAnswer[]> {
    const batch = collateSenses(windows, this.sizes);
    const outputs = await this.run(batch);
    const [states, logits] = [outputs['hidden'], outputs['logits']] as Float32Array[];
    const [width, classes] = [stateWidth(this.config), this.config.classes];
    let q = 0;
    return windows.map(({ places }) => {
      const [from, to] = [q, (q += places.length)];
      return {
        states: states.subarray(from * width, to * width),
        logits: logits.subarray(from * classes, to * classes),
      };
    });
  }

  /** What cues [candidates, 2] add to the logits of the candidates. */
  weigh(cues: Float32Array): Float32Array {
    const weights = this.store.value(CUE_WEIGHTS);
    return Float32Array.from({ length: cues.length / CUES }, (_, i) =>
      weights.reduce((sum, weight, cue) => sum + weight * cues[CUES * i + cue], 0),
    );
  }

  async dispose(): Promise<void> {
    for (const program of this.programs.values()) await program.dispose();
    this.programs.clear();
    await this.stack?.dispose();
    this.stack = undefined;
  }

  private async run(batch: SenseBatch): Promise<NamedData> {
    const { store, config } = this;
    const program = await this.program(batch);
    const parameters = Object.fromEntries(denseNames(store, config, true).map((name) => [name, store.value(name)]));
    const rows = await this.rowsFor(batch);
    return { hidden: rows['states'], ...(await program.run({ ...parameters, ...batch.inputs, ...rows })) };
  }

  /** Word vectors of ELECTRA, states of the LSTM. */
  private async rowsFor(batch: SenseBatch): Promise<NamedData> {
    const { store, config } = this;
    if (config.model === 'electra') return lookUpRows(store, senseLookups(config, 'all'), batch.lookups);
    const stack = (this.stack ??= await openStack(config, this.engine));
    const rows = this.vectors ? this.vectorsOf(batch.words, config) : wordRows(store, batch, config);
    const states = await stack.forward(rows, batch.lengths, recurrentValues(store, config));
    return { states: statesForProgram(states, batch, config) };
  }

  private vectorsOf(words: Int32Array, { lstm }: RecurrentConfig): Float32Array {
    const rows = new Float32Array(words.length * lstm.inputSize);
    this.vectors?.readRows(words, rows);
    return rows;
  }

  private async program({ shape }: SenseBatch): Promise<CompiledProgram> {
    const key = shapeKey({ ...shape, candidates: 0 });
    const known = this.programs.get(key);
    const program = known ?? (await this.engine.compile(senseAskingProgram(this.store, this.config, shape)));
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
