import type { Engine, NamedData } from '../../engine/engine.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import { KeptPrograms } from './kept-programs.js';
import { layoutOf } from './recurrent-states.js';
import { collateSenses, type EncodedWindow, type SenseBatch } from './sense-batch.js';
import { type SenseConfig, shapeKey, stateWidth } from './sense-config.js';
import { denseNames, senseAskingProgram } from './sense-program.js';
import { StateInputs } from './state-inputs.js';
import { CUE_WEIGHTS, CUES } from './text-cues.js';
import type { BatchSizes } from './token-batch.js';
import type { VectorWords } from './vector-words.js';

/** What a model says of one window: rows of its places. */
export interface WindowAnswer {
  /** [places, D] before the classifier. */
  readonly states: Float32Array;
  /** [places, C] */
  readonly logits: Float32Array;
}

/** Asks a model, without dropout. The caller brings windows of like lengths together. */
export class SenseAsker {
  private readonly programs: KeptPrograms;
  private readonly states: StateInputs<SenseBatch>;

  constructor(
    private readonly store: ParameterStore,
    private readonly config: SenseConfig,
    engine: Engine,
    private readonly sizes: BatchSizes,
    /** Vectors of words, of a model without a table. */
    vectors?: VectorWords,
  ) {
    this.programs = new KeptPrograms(engine);
    this.states = new StateInputs(store, config, engine, layoutOf(config), vectors);
  }

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
    await this.programs.dispose();
    await this.states.dispose();
  }

  private async run(batch: SenseBatch): Promise<NamedData> {
    const { store, config } = this;
    const key = shapeKey({ ...batch.shape, candidates: 0 });
    const program = await this.programs.of(key, () => senseAskingProgram(store, config, batch.shape));
    const parameters = Object.fromEntries(denseNames(store, config, true).map((name) => [name, store.value(name)]));
    const rows = await this.states.of(batch);
    return { hidden: rows['states'], ...(await program.run({ ...parameters, ...batch.inputs, ...rows })) };
  }
}
